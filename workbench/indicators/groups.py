"""A numerator told apart by the groups of a code list: the same rule, with that list narrowed to one group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from workbench.catalog.base import Entry
from workbench.catalog.indicator import Indicator
from workbench.catalog.model import Catalog
from workbench.catalog.rule import Condition, RuleSpec


def group_names(definition: Indicator, catalog: Catalog) -> tuple[str, ...]:
    """The groups of `groups_of` in the order of the list; none where the definition has no such list."""
    listed = catalog.codes.get(definition.groups_of or "")
    found = (
        str(entry.attributes["group"]) for entry in (listed.entries if listed else ()) if "group" in entry.attributes
    )
    return tuple(dict.fromkeys(found))


def group_rules(definition: Indicator, catalog: Catalog) -> Iterator[tuple[str, RuleSpec]]:
    """Every group with the rule of the numerator for it."""
    for group in group_names(definition, catalog):
        assert definition.numerator and definition.groups_of
        yield group, cast(RuleSpec, _narrowed(definition.numerator.rule, definition.groups_of, group))


def _narrowed(part: Any, codes: str, group: str) -> Any:
    if isinstance(part, Condition):
        return part.model_copy(update={"groups": (group,)}) if part.codes == codes else part
    if isinstance(part, Entry):
        fields = {name: _narrowed(getattr(part, name), codes, group) for name in type(part).model_fields}
        return part.model_copy(update=fields)
    return tuple(_narrowed(one, codes, group) for one in part) if isinstance(part, tuple) else part
