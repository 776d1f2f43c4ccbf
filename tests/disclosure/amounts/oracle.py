"""A slow, plain second opinion on means: try every group of hospital years, and see whether shown totals give it.

Shares no code with workbench.disclosure: exact fractions, every subset, no solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations

Cell = tuple[str, int]  # hospital or ALL, year or 0
Person = tuple[object, ...]  # the hospital year first, and what else tells its releases apart


def given_away(
    people: Mapping[Person, list[float]],
    shown: Iterable[frozenset[Person]],
    known: Iterable[Person],
    contributors: int,
    p: float,
    largest: int,
    share: float,
) -> list[frozenset[Person]]:
    """Groups of cells whose total follows from shown totals and from what is known, though they are too small or one
    or a few persons outweigh the others. `shown`: the cells that each shown total adds up."""
    unknown = [cell for cell, some in people.items() if some and cell not in set(known)]
    basis = _basis([[Fraction(cell in row) for cell in unknown] for row in shown])
    return [
        group
        for group in _groups(unknown)
        if _inside([Fraction(cell in group) for cell in unknown], basis)
        and _bad([amount for cell in group for amount in people[cell]], contributors, p, largest, share)
    ]


def _bad(amounts: list[float], contributors: int, p: float, largest: int, share: float) -> bool:
    falling, total = sorted(amounts, reverse=True), sum(amounts)
    rest = sum(falling[2:])
    return (
        len(falling) < contributors or total == 0 or rest < p * falling[0] - 1e-9
        or sum(falling[:largest]) > share * total + 1e-9
    )  # fmt: skip


def _groups(cells: list[Person]) -> Iterator[frozenset[Person]]:
    sizes = (combinations(cells, size) for size in range(1, len(cells) + 1))
    return (frozenset(group) for group in chain.from_iterable(sizes))


def _basis(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Rows in echelon form, each with a leading 1."""
    basis: list[list[Fraction]] = []
    for row in rows:
        rest = _reduced(row, basis)
        lead = next((value for value in rest if value), None)
        if lead is not None:
            basis.append([value / lead for value in rest])
    return basis


def _reduced(row: list[Fraction], basis: list[list[Fraction]]) -> list[Fraction]:
    for one in basis:
        place = next(number for number, value in enumerate(one) if value)
        if row[place]:
            row = [value - row[place] * other for value, other in zip(row, one, strict=True)]
    return row


def _inside(row: list[Fraction], basis: list[list[Fraction]]) -> bool:
    return not any(_reduced(row, basis))
