"""Steps that come at another place, as far as it matters: a step moved past one that touches the same data."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.study.diff_entries import Item
from workbench.study.diff_match import NOT_NAMES, Pair


def moved_steps(pairs: Sequence[Pair]) -> list[Pair]:
    """The fewest steps whose move explains the new order; none where only independent steps changed places."""
    ordered = sorted(pairs, key=lambda pair: int(pair[0].loc[-1]))
    places = [int(other.loc[-1]) for _, other in ordered]
    kept = _longest_rise(places)
    return [pair for at, pair in enumerate(ordered) if at not in kept and _passed(at, places, ordered)]


def _passed(at: int, places: Sequence[int], ordered: Sequence[Pair]) -> bool:
    """Whether the step changed places with one that names a dataset it names too."""
    mine = _data(ordered[at][0])
    for other, place in enumerate(places):
        if other != at and (other < at) != (place < places[at]) and mine & _data(ordered[other][0]):
            return True
    return False


def _longest_rise(places: Sequence[int]) -> frozenset[int]:
    """Positions of a longest rising series: what stays where it was."""
    tails: list[int] = []
    last: list[int] = []
    parent = [-1] * len(places)
    for at, place in enumerate(places):
        slot = bisect_left(tails, place)
        if slot == len(tails):
            tails.append(place)
            last.append(at)
        else:
            tails[slot], last[slot] = place, at
        parent[at] = last[slot - 1] if slot else -1
    kept, at = set(), last[-1] if last else -1
    while at >= 0:
        kept.add(at)
        at = parent[at]
    return frozenset(kept)


def _data(step: Item) -> frozenset[str]:
    """Datasets and keys that a step names."""
    return frozenset(_words({key: value for key, value in step.data.items() if key not in ("id", "actor", "number")}))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.partition(".")[0]
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in NOT_NAMES and key not in ("columns", "medium", "policy", "to"):
                yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
