"""Random tiny cubes for the enumeration: few cells, few stays, every kind of nesting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tests.disclosure.builders import Cell, holds, table_of
from tests.disclosure.oracle import Row
from workbench.disclosure import SmallCellPolicy
from workbench.indicators.table import PARTS, IndicatorTable

# Names of the flags that are set, per pattern; "a" alone, "b" nested in "a", "b" beside "a", "a" with a plain count.
SHAPES: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("a",), (), ("a.n", "a.n a.k", "")),
    (("a", "b"), (), ("a.n b.n", "a.n b.n b.k", "a.n b.n a.k b.k")),
    (("a", "b"), (), ("a.n a.k", "a.n b.n", "b.n b.k", "a.n")),
    (("a", "all"), ("all",), ("all.n", "all.n a.n", "all.n a.n a.k")),
    # A hierarchy: all = north (coast + inland) + south. Two filters that cross: women, old.
    (("all", "north", "coast"), ("all", "north", "coast"), ("all.n", "all.n north.n", "all.n north.n coast.n")),
    (
        ("all", "women", "old"),
        ("all", "women", "old"),
        ("all.n", "all.n women.n", "all.n old.n", "all.n women.n old.n"),
    ),
)


@dataclass(frozen=True)
class Cube:
    """A tiny table with its policy; `truth` holds every possible cell, empty ones too."""

    table: IndicatorTable
    policy: SmallCellPolicy
    truth: dict[Cell, int]
    rows: tuple[Row, ...]
    persons: dict[Row, int]


def small_policy(
    threshold: int = 5, zeros: str = "hide", together: tuple[tuple[str, ...], ...] = ()
) -> SmallCellPolicy:
    """A policy as the file would give it."""
    return SmallCellPolicy.model_validate(
        {
            "id": "test",
            "unit": "persons",
            "threshold": threshold,
            "zeros": zeros,
            "cite": {"document": "own"},
            "together": together,
        }
    )


def random_cube(seed: int) -> Cube:
    """The cube of a seed: 1-3 hospitals, 1-2 years, at most 11 stays, at most 12 cells."""
    random = np.random.default_rng(seed)
    names, plain, patterns = SHAPES[int(random.integers(len(SHAPES)))]
    sizes = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)]
    hospitals, years = sizes[int(random.integers(len(sizes)))]
    cells = [
        (f"h{h}", 2015 + y, frozenset(pattern.split()))
        for h in range(hospitals)
        for y in range(years)
        for pattern in patterns
    ]
    counts = random.multinomial(int(random.integers(3, 12)), random.dirichlet(np.full(len(cells), 0.6)))
    truth = dict(zip(cells, counts.tolist(), strict=True))
    rows = rows_of(names, plain, cells)
    persons = _persons(random, truth, rows) if random.random() < 0.3 else {}
    table = table_of(names, truth, plain=plain, persons=persons)
    pair = (("h0", "h1"),) if hospitals == 3 and random.random() < 0.7 else ()
    policy = small_policy(int(random.integers(2, 5)), "hide" if random.random() < 0.5 else "show", pair)
    return Cube(table, policy, truth, rows, persons)


def rows_of(names: tuple[str, ...], plain: tuple[str, ...], cells: Iterable[Cell]) -> tuple[Row, ...]:
    """Every number a report of these cells could show."""
    cells = list(cells)
    return tuple(
        (name, hospital, year, part)
        for name in names
        for hospital in ("ALL", *sorted({cell[0] for cell in cells}))
        for year in (0, *sorted({cell[1] for cell in cells}))
        for part in (("n",) if name in plain else PARTS)
    )


def next_cube(cube: Cube, seed: int) -> Cube:
    """The same study later: a year more, stays that came late, stays that were corrected, or all three."""
    random = np.random.default_rng(seed)
    truth = dict(cube.truth)
    names = cube.table.indicators
    plain = tuple(name for name in names if (name, "k") not in {(row[0], row[3]) for row in cube.rows})
    if random.random() < 0.4 and len(truth) <= 8:
        last = max(year for _, year, _ in truth)
        truth |= {(h, last + 1, on): int(random.integers(0, 4)) for h, year, on in list(truth) if year == last}
    for cell in truth:
        if random.random() < 0.25:
            truth[cell] = max(0, truth[cell] + int(random.integers(-2, 3)))
    return Cube(table_of(names, truth, plain=plain), cube.policy, truth, rows_of(names, plain, truth), {})


def _persons(random: np.random.Generator, truth: dict[Cell, int], rows: tuple[Row, ...]) -> dict[Row, int]:
    """Persons when every stay draws one of five: the same sums count the same persons."""
    who = {cell: random.integers(0, 5, size=count).tolist() for cell, count in truth.items()}
    found = {}
    for row in rows:
        name, hospital, year, part = row
        cells = [c for c in truth if hospital in ("ALL", c[0]) and year in (0, c[1]) and holds(c[2], name, part)]
        found[row] = len({person for cell in cells for person in who[cell]})
    return found
