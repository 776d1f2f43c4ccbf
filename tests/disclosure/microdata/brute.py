"""The measures again in plain Python, row by row, from their definitions: slow, and independent of the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from math import factorial

Row = dict[str, object]


def grouped(rows: Sequence[Row], names: Sequence[str]) -> list[list[int]]:
    found: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        found[tuple(row[name] for name in names)].append(place)
    return list(found.values())


def persons(rows: Sequence[Row], places: Sequence[int], person: str | None) -> int:
    return len(places) if person is None else len({rows[place][person] for place in places})


def distance(rows: Sequence[Row], names: Sequence[str], sensitive: str, ordered: bool) -> float:
    """t by the textbook: the earth mover's distance, as a transport between neighbours when ordered."""
    known = [row for row in rows if row[sensitive] is not None]
    values = sorted({row[sensitive] for row in known}, key=lambda value: (str(type(value)), value))
    if len(values) < 2:
        return 0.0
    everywhere = [sum(row[sensitive] == value for row in known) / len(known) for value in values]
    most = 0.0
    for places in grouped(known, names):
        here = [sum(known[place][sensitive] == value for place in places) / len(places) for value in values]
        moved, carried = 0.0, 0.0
        for one, all_ in zip(here, everywhere, strict=True):
            carried += one - all_
            moved += abs(carried) / (len(values) - 1) if ordered else abs(one - all_) / 2
        most = max(most, moved)
    return most


def minimal(rows: Sequence[Row], names: Sequence[str], person: str | None) -> dict[int, set[tuple[str, ...]]]:
    """For every row the minimal sets of variables on which only its own person has its values."""
    alone: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            for places in grouped(rows, chosen):
                if persons(rows, places, person) == 1:
                    for place in places:
                        alone[place].append(chosen)
    return {
        place: {one for one in sets if not any(set(other) < set(one) for other in sets)}
        for place, sets in alone.items()
    }


def score(sets: dict[int, set[tuple[str, ...]]], variables: int, name: str | None = None) -> int:
    """The SUDA score of all rows, or the part of it from sets with a variable."""
    return sum(
        factorial(variables - len(one)) for found in sets.values() for one in found if name is None or name in one
    )
