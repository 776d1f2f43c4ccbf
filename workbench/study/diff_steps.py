"""What differs between two versions of an entry, as names that went and names that came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from workbench.study.diff_entries import Item, Words, frozen

# Keys whose value is a list or mapping of columns: the same columns added in several steps are one change.
COLUMNS = frozenset({"columns", "parts", "keep", "by", "within", "quasi_identifiers"})


class Delta(NamedTuple):
    """One facet of an entry: what it was and what it becomes; of `members` only what went and what came."""

    facet: str
    old: Hashable
    new: Hashable
    members: bool = False


def deltas(one: Item, other: Item, columns: Mapping[str, str]) -> Iterator[Delta]:
    """Every facet in which `other` differs from `one`; `columns` are new names of variables beside their old ones."""
    for facet in dict.fromkeys((*one.facets, *other.facets)):
        old, new = one.data.get(facet), other.data.get(facet)
        if one.facets.get(facet) == other.facets.get(facet):
            continue
        if one.about != "step" or not (_many(old, facet) and _many(new, facet)):
            if frozen(_named(new, columns), facet) != one.facets.get(facet):
                yield Delta(facet, one.facets.get(facet), other.facets.get(facet))
            continue
        had, has = list(_leaves(old, facet)), list(_leaves(new, facet))
        went, came = Counter(had) - Counter(has), Counter(has) - Counter(had)
        for leaf in list(came.elements()):  # what only has its new name
            place, value, column = (_named(text, columns) for text in leaf)
            former = Leaf(place, value, column)
            if went[former] > 0:
                went, came = went - Counter([former]), came - Counter([leaf])
        if went or came:
            both = {one.column for one in went} & {one.column for one in came}
            name = "columns" if facet in COLUMNS else facet
            yield Delta(name, _bag(went, both), _bag(came, both), True)


def _many(value: Any, facet: str) -> bool:
    """A list or mapping without a text: its members can be told one by one."""
    return value is None or (isinstance(value, list | dict) and not isinstance(frozen(value, facet), Words | tuple))


class Leaf(NamedTuple):
    """A member of a list or mapping: where it stands, and the column it makes of another of the same name."""

    place: str
    value: str
    column: str | None

    def shown(self, in_full: bool) -> str:
        if self.column and not in_full:
            return self.column
        return f"{self.place} = {self.value}" if self.place else self.value


def _bag(found: Counter[Leaf], in_full: set[str | None]) -> Hashable:
    return frozenset((one.shown(one.column in in_full), count) for one, count in found.items()) or None


def _leaves(value: Any, facet: str, place: str = "") -> Iterator[Leaf]:
    """Every member of a list or mapping."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, key, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and isinstance(frozen(value, facet), tuple):
        yield Leaf(place, "-".join(map(str, value)), None)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, "", place) if isinstance(one, dict | list) else iter([Leaf(place, str(one), None)])
    elif value is not None and value is not False:
        column = place.rpartition("columns.")[2]
        yield Leaf(place, str(value), column if str(value).rpartition(".")[2] == column else None)


def _named(value: Any, columns: Mapping[str, str]) -> Any:
    """The value under the old names of columns, also as `left.Column` and `stay.columns.Column`."""
    if isinstance(value, str):
        head, dot, tail = value.rpartition(".")
        return f"{head}{dot}{columns.get(tail, tail)}"
    if isinstance(value, dict):
        return {columns.get(key, key): _named(one, columns) for key, one in value.items()}
    return [_named(one, columns) for one in value] if isinstance(value, list) else value
