"""The cheapest set that has an element of every one of some sets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

E = TypeVar("E", bound=Hashable)


def cheapest_hitting_set(sets: Sequence[frozenset[E]], cost: Mapping[E, float]) -> frozenset[E]:
    """Exact; of equal cost, the one whose elements come first in `cost` is preferred. Every set has an element.

    Branches on the elements of a set not yet hit. What is still to pay is at least the cheapest element of each of
    some sets that have nothing in common; a branch ends where that makes it as dear as the best so far. An element
    that hits no more than a cheaper one is never needed, nor a set that has another within it.
    """
    small = [one for one in dict.fromkeys(sets) if not any(other < one for other in sets)]
    hits = _undominated(small, cost)
    members = [[element for element, mask in hits.items() if mask >> number & 1] for number in range(len(small))]
    every = (1 << len(small)) - 1
    best: tuple[float, frozenset[E]] = (float("inf"), frozenset())

    def visit(chosen: frozenset[E], paid: float, hit: int) -> None:
        nonlocal best
        if hit == every:
            if paid < best[0]:
                best = (paid, chosen)
            return
        missing = sorted((one for one in range(len(small)) if not hit >> one & 1), key=lambda one: len(members[one]))
        least, apart = paid, 0
        for number in missing:
            if not apart >> number & 1:
                least += cost[members[number][0]]
                for element in members[number]:
                    apart |= hits[element]
        if least >= best[0]:
            return
        for element in members[missing[0]]:
            visit(chosen | {element}, paid + cost[element], hit | hits[element])

    visit(frozenset(), 0.0, 0)
    return best[1]


def _undominated(sets: Sequence[frozenset[E]], cost: Mapping[E, float]) -> dict[E, int]:
    """Elements with the sets they hit, as bits, cheapest first; without those that a cheaper one makes idle."""
    kept: dict[E, int] = {}
    for element in sorted(cost, key=lambda one: cost[one]):
        mask = sum(1 << number for number, one in enumerate(sets) if element in one)
        if mask and not any(mask & other == mask for other in kept.values()):
            kept[element] = mask
    return kept
