"""Which entry of one study is which of the other, and which names stand for the same thing in both.

Matching is symmetric: looked at from the other side it gives the same pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from workbench.catalog.model import Catalog
from workbench.study.diff_entries import STEP, VARIABLE, Item, Plain, entries

Pair = tuple[Item, Item]
Matched = tuple[list[Pair], list[Item], list[Item]]  # pairs, only before, only after
# Keys below which no dataset, step or domain is named: texts, and what a document prints.
NOT_NAMES = frozenset(
    {"cite", "label", "text", "motivation", "reason", "title", "purpose", "kind", "what", "printed", "used", "why"}
    | {"printed_columns", "used_columns"}
)


def match(before: Sequence[Item], after: Sequence[Item], catalog: Catalog) -> Matched:
    """Pairs of entries that are the same one: by key, by id, by meaning, else by all but one of their facets."""
    left, right = list(before), list(after)
    pairs: list[Pair] = []

    def take(found: Iterator[Pair]) -> None:
        for one, other in found:
            if one in left and other in right:
                pairs.append((one, other))
                left.remove(one)
                right.remove(other)

    take(_equal(left, right, lambda item: tuple(sorted(item.facets.items(), key=repr)) or None))
    take(_equal(left, right, lambda item: item.key if item.section.key else None))
    take(_equal(left, right, lambda item: item.id))
    if left and right and left[0].section == VARIABLE:
        take(_equal(left, right, lambda item: meaning(item, catalog)))
    if len(left) == len(right) == 1 and not left[0].section.key and not left[0].section.ids:
        take(iter([(left[0], right[0])]))  # a section with one entry
    take(_alike(left, right))
    if len(left) == len(right) == 1 and len(left[0].facets) == len(right[0].facets) == 1:
        take(iter([(left[0], right[0])]))  # nothing but a name, and one for one
    pairs.sort(key=lambda pair: (str(pair[0].loc[:-1]), _place(pair[0])))
    return pairs, left, right


def _place(item: Item) -> tuple[int, str]:
    last = item.loc[-1] if item.loc else 0
    return (last, "") if isinstance(last, int) else (0, last)


def _equal(left: Sequence[Item], right: Sequence[Item], of: Callable[[Item], Any]) -> Iterator[Pair]:
    """Entries with the same value, first with first, second with second."""
    waiting: dict[Any, list[Item]] = {}
    for item in right:
        waiting.setdefault(of(item), []).append(item)
    for item in list(left):
        value = of(item)
        if value is not None and waiting.get(value):
            yield item, waiting[value].pop(0)


def _alike(left: Sequence[Item], right: Sequence[Item]) -> Iterator[Pair]:
    """Pairs with enough equal facets, the most alike first."""
    scored = []
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            names = set(one.facets) | set(other.facets)
            same = sum(one.facets.get(name) == other.facets.get(name) for name in names)
            enough = len(names) / 2 if one.section == STEP else max(len(names) - 1, 1)
            if same >= enough and (one.section != STEP or one.facets["kind"] == other.facets["kind"]):
                scored.append((-same / len(names), abs(i - j), i + j, one, other))
    for *_, one, other in sorted(scored, key=lambda found: found[:3]):
        yield one, other


def meaning(item: Item, catalog: Catalog) -> tuple[Any, ...] | None:
    """What a variable is, whatever its name and table: its label in all languages, type and source."""
    ref = item.data["ref"]
    field = catalog.field(ref)
    return None if field is None else (ref.partition(".")[0], field.type, *field.label.model_dump().values())


def renamed(before: Plain, after: Plain, steps: Sequence[Pair], refs: Mapping[str, str]) -> dict[str, str]:
    """Names of `after` that stand for a name of `before`: datasets, pseudonym domains, steps, and source fields.

    A name is only taken for a new one where the old one is gone everywhere and the new one was nowhere before.
    """
    found = {new: old for old, new in refs.items()}
    found |= {new.rpartition(".")[0]: old.rpartition(".")[0] for old, new in refs.items()}
    for one, other in steps:
        found |= _renamed_datasets(one.data, other.data)
        found[other.data["id"]] = one.data["id"]
    domains, others = before["domains"], after["domains"]
    for one, other in zip(domains, others, strict=False):
        if {**one, "id": "", "cite": None} == {**other, "id": "", "cite": None}:
            found[other["id"]] = one["id"]
    old_names, new_names = set(_names(before)), set(_names(after))
    gone = {new: old for new, old in found.items() if new != old and old not in new_names and new not in old_names}
    olds = list(gone.values())
    return {new: old for new, old in gone.items() if olds.count(old) == 1}


def _renamed_datasets(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for key in ("output", "rest"):
        if isinstance(one.get(key), str) and isinstance(other.get(key), str):
            found[other[key].partition(".")[0]] = one[key].partition(".")[0]
    return found


def _names(value: Any) -> Iterator[str]:
    """Every value that may be a name, whole and in its halves; what errata name is not in use."""
    if isinstance(value, str):
        yield value
        head, dot, tail = value.partition(".")
        if dot:
            yield head
            yield tail
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in NOT_NAMES and key != "errata":
                yield from (one if key == "datasets" and isinstance(one, dict) else ())
                yield from _names(one)
    elif isinstance(value, list):
        for one in value:
            yield from _names(one)


def rewritten(value: Any, names: Mapping[str, str]) -> Any:
    """The same with every name of `names` replaced, also as `dataset.part` and `left.Column`."""
    if isinstance(value, str):
        head, dot, tail = value.partition(".")
        if value in names or not dot:
            return names.get(value, value)
        return f"{names.get(head, head)}.{names.get(tail, tail)}"
    if isinstance(value, dict):
        return {names.get(key, key): one if key in NOT_NAMES else rewritten(one, names) for key, one in value.items()}
    return [rewritten(one, names) for one in value] if isinstance(value, list) else value


def same_names(before: Plain, after: Plain, catalog: Catalog) -> tuple[dict[str, str], list[Pair]]:
    """Names of `after` beside those of `before` for the same thing, and the variables of the same meaning."""
    pairs, _, _ = match(entries(before, VARIABLE), entries(after, VARIABLE), catalog)
    same = [pair for pair in pairs if meaning(pair[0], catalog) == meaning(pair[1], catalog)]
    refs = {one.data["ref"]: other.data["ref"] for one, other in same}
    steps, _, _ = match(entries(before, STEP), entries(after, STEP), catalog)
    return renamed(before, after, steps, refs), same


def under(after: Plain, names: Mapping[str, str]) -> Plain:
    """`after` with every name replaced but those of the variables, whose new names are told."""
    uses = [{**use, "used_by": rewritten(use["used_by"], names)} for use in after["variables"]]
    return {**{name: rewritten(value, names) for name, value in after.items()}, "variables": uses}
