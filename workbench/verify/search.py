"""All smallest sets for which a monotone question is answered yes.

A node of the search excludes some units. Where even all others together get no, nothing below can get yes. Else
either a set found before lies among the others, or shrinking them gives a new one; any other smallest set misses at
least one unit of that, so the search branches on excluding each (Reiter's tree of hitting sets). When it ends, the
sets found are all there are. When it takes more than `budget` questions, sets are tried by size instead, supersets
of those found left out, and the answer is complete up to that size only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TypeVar

Ask = Callable[[int], bool]  # a set of units as bits -> whether it gets there
E = TypeVar("E")


@dataclass(frozen=True)
class Found:
    """Smallest sets as bits; `complete` when there are no others, else none up to `size` is missing."""

    sets: tuple[int, ...]
    complete: bool
    size: int
    questions: int


class _Budget(Exception):
    """More questions than allowed."""


class _Asker:
    """Remembers answers, and what follows from them: supersets of a yes are yes, subsets of a no are no."""

    def __init__(self, ask: Ask, budget: int) -> None:
        self.ask = ask
        self.budget = budget
        self.known: dict[int, bool] = {}

    def __call__(self, units: int) -> bool:
        if units not in self.known:
            if len(self.known) >= self.budget:
                raise _Budget
            self.known[units] = self.ask(units)
        return self.known[units]


def smallest_sets(ask: Ask, units: int, size: int = 4, budget: int = 4000) -> Found:
    """All smallest sets of `units` bits that get yes; `ask` must say yes of every superset of a yes."""
    asker = _Asker(ask, budget)
    found: list[int] = []
    try:
        _explore(asker, units, found)
        return Found(_sorted(found), True, units, len(asker.known))
    except _Budget:
        return _by_size(ask, units, size, budget, found)


def _explore(asker: _Asker, units: int, found: list[int]) -> None:
    """Add to `found` until no smallest set is missing."""
    everybody = (1 << units) - 1
    todo, seen = [0], {0}
    while todo:
        out = todo.pop()
        smallest = next((one for one in found if not one & out), None)
        if smallest is None:
            if not asker(everybody & ~out):
                continue
            smallest = shrink(asker, everybody & ~out)
            found.append(smallest)
        for unit in bits(smallest):
            if out | unit not in seen:
                seen.add(out | unit)
                if asker(everybody & ~(out | unit)):
                    todo.append(out | unit)


def shrink(ask: Ask, units: int) -> int:
    """A smallest set within a set that gets yes."""
    return sum(needed(list(bits(units)), lambda members: ask(sum(members))))


def needed(members: Sequence[E], enough: Callable[[list[E]], bool]) -> list[E]:
    """Members without any that can be missed; halves are left out first, then ever smaller pieces, then single ones.

    `enough` is never asked of none at all, and must say yes of all of them.
    """
    kept = list(members)
    chunk = max(1, len(kept) // 2)
    while True:
        place = 0
        while place < len(kept):
            rest = kept[:place] + kept[place + chunk :]
            if rest and enough(rest):
                kept = rest
            else:
                place += chunk
        if chunk == 1:
            return kept
        chunk //= 2


def _by_size(ask: Ask, units: int, size: int, budget: int, found: list[int]) -> Found:
    """Sets by size, as far as some twenty times the budget goes; larger ones found before are kept."""
    small: list[int] = []
    asked, done = 0, 0
    for count in range(1, size + 1):
        if asked + comb(units, count) > 20 * budget:
            break
        for chosen in combinations(range(units), count):
            mask = sum(1 << place for place in chosen)
            if not any(one & mask == one for one in small):
                asked += 1
                if ask(mask):
                    small.append(mask)
        done = count
    larger = [one for one in found if one.bit_count() > done and not any(other & one == other for other in small)]
    return Found(_sorted([*small, *larger]), False, done, asked)


def bits(mask: int) -> Iterator[int]:
    """The single bits of a mask, from the lowest."""
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit


def _sorted(found: list[int]) -> tuple[int, ...]:
    return tuple(sorted(found, key=lambda one: (one.bit_count(), list(bits(one)))))
