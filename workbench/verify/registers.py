"""Registers that issuers of identifiers keep for their own work, before and beside any study (R5)."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.model import Catalog
from workbench.verify.facts import BEFORE, ID, Holding, Item


def registers(catalog: Catalog, tokens: frozenset[str]) -> Iterator[Holding]:
    """The way back to the person of every issuer of an identifier that travels in a study."""
    for one in catalog.identifiers.values():
        if one.issuer and one.resolves_to and ID + one.id in tokens:
            domains = (one.id, *one.resolves_to)
            columns = {name: frozenset({ID + name}) for name in domains}
            name = f"own register {'/'.join(domains)}"
            item = Item(name, name, frozenset(ID + domain for domain in domains), columns)
            yield Holding(one.issuer, item, BEFORE, None, f"it issues {one.id} and needs it for its own work")
