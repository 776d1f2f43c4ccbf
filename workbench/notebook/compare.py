"""Entries of the catalogue beside one another: is this the same variable, coded the same, in the same years?"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.catalog.card import Card
from workbench.catalog.describe import describe
from workbench.catalog.model import Catalog
from workbench.errors import WorkbenchError
from workbench.notebook.sheet import Sheet, rows_of


def compare(catalog: Catalog, refs: Sequence[str]) -> Sheet:
    """One column per entry: what is said of each, and below it every code with its meaning in each list."""
    if len(refs) < 2:
        raise WorkbenchError(
            "Give two references or more, for example mzg.STAYHOSP.A2_CODE_SEX and ima.POPULATION.PP0020."
        )
    cards = {ref: describe(catalog, ref) for ref in refs}
    facts = [dict(card.facts) for card in cards.values()]
    headings = list(dict.fromkeys(heading for one in facts for heading in one))
    rows = [(heading, *(one.get(heading) for one in facts)) for heading in headings]
    parts = [Card("side by side", (), ("", *cards), rows_of(rows))]
    lists = [_codes(catalog, ref) for ref in refs]
    if sum(bool(one) for one in lists) > 1:
        codes = list(dict.fromkeys(code for one in lists for code in one))
        meanings = [(code, *(one.get(code) for one in lists)) for code in codes]
        parts.append(Card("codes", (), ("code", *cards), rows_of(meanings)))
    return Sheet(tuple(parts))


def _codes(catalog: Catalog, ref: str) -> dict[str, str]:
    """Codes of a field or derived variable with their meaning; none where it is not coded."""
    entry = catalog.derived.get(ref.removeprefix("derived.")) if ref.startswith("derived.") else catalog.field(ref)
    found = catalog.codes.get(entry.codes or "") if entry else None
    return {one.code: one.label.en for one in found.entries if one.code} if found else {}
