"""A slow, plain second opinion: list every table that agrees with what is shown, and look.

Shares no code with workbench.disclosure: dictionaries and loops over cells (hospital, year, set flags).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from tests.disclosure.builders import Cell, holds

Row = tuple[str, str, int, str]  # indicator, hospital or ALL, year or 0, part
FREE = 9  # a cell that no shown number touches may be anything; this is far enough for thresholds up to 5


class TooManyTables(Exception):
    """A cube with more tables than anybody would wait for."""


@dataclass(frozen=True)
class Secret:
    """Cells whose sum must stay open, and the values that an attacker must still hold possible."""

    cells: frozenset[Cell]
    at_most: int
    at_least: int


def cells_of(row: Row, cells: Iterable[Cell]) -> frozenset[Cell]:
    """The cells that a row sums."""
    name, hospital, year, part = row
    return frozenset(
        cell for cell in cells if hospital in ("ALL", cell[0]) and year in (0, cell[1]) and holds(cell[2], name, part)
    )


def secrets_of(
    knows: Callable[[Cell], bool],
    truth: Mapping[Cell, int],
    rows: Iterable[Row],
    persons: Mapping[Row, int],
    threshold: int,
    zeros_hidden: bool,
    told: Iterable[Row] = (),
) -> set[Secret]:
    """What an attacker who knows some cells must not learn: small numbers, small differences of nested ones.

    told: rows that an earlier release shows. Rows of several releases differ in the name of the indicator;
    "2:a" and "a" are the same indicator.
    """
    found = set()
    rows, least = list(rows), 0 if zeros_hidden else 1
    hospitals = sorted({cell[0] for cell in truth})
    sums = {row: cells_of(row, truth) for row in rows}
    people = {sums[row]: 10**6 for row in rows}
    for row in rows:
        total = sum(truth[cell] for cell in sums[row])
        people[sums[row]] = min(people[sums[row]], persons.get(row, total), total)
    public = {sums[row] for row in told}

    def add(cells: frozenset[Cell], count: int | None, zero: bool) -> None:
        own = sum(truth[cell] for cell in cells if knows(cell))
        rest = sum(truth[cell] for cell in cells) - own
        mixed = any(knows(cell) for cell in cells)
        if all(knows(cell) for cell in cells) or (count is not None and not mixed and cells in public):
            return
        small = 0 < rest < threshold or (rest > 0 and count is not None and count < threshold)
        if small or (rest == 0 and zero and not mixed):
            found.add(Secret(cells, own + least, own + threshold))

    for row in rows:
        count = people[sums[row]]
        if any(knows(cell) for cell in sums[row]):
            parts = {h: frozenset(cell for cell in sums[row] if cell[0] == h) for h in hospitals}
            mine = {h: sum(truth[cell] for cell in parts[h] if knows(cell)) for h in hospitals}
            each = {h: people.get(parts[h], sum(truth[cell] for cell in parts[h])) for h in hospitals}
            left = count - sum(min(each[h], mine[h]) for h in hospitals)
            whole = [each[h] for h in hospitals if not any(knows(cell) for cell in truth if cell[0] == h)]
            count = max([left, *whole]) if row[1] == "ALL" and len(hospitals) > 1 else left
        add(sums[row], count, zeros_hidden)
    numbers = set(sums.values())
    for outer, inner in product(rows, rows):
        nested = outer[1:3] == inner[1:3] and sums[inner] < sums[outer]
        if nested and sums[outer] - sums[inner] not in numbers:
            add(sums[outer] - sums[inner], None, False)
    return found


def possible_tables(
    cells: Iterable[Cell], shown: Mapping[Row, int], known: Mapping[Cell, int], most: int | None = None
) -> Iterator[dict[Cell, int]]:
    """Every table of whole numbers >= 0 over the cells that some shown number touches.

    Raises TooManyTables when listing them takes more than `most` steps.
    """
    cells, steps = list(cells), itertools.count(1)
    equations = [(cells_of(row, cells), value) for row, value in shown.items()]
    touched = sorted(
        (cell for cell in cells if any(cell in sum_ for sum_, _ in equations) or cell in known),
        key=lambda cell: (cell[0], cell[1], sorted(cell[2])),
    )
    place = {cell: number for number, cell in enumerate(touched)}
    ends = [max((place[cell] for cell in sum_), default=-1) for sum_, _ in equations]
    if any(end < 0 and value for end, (_, value) in zip(ends, equations, strict=True)):
        return
    through = [[e for e, (sum_, _) in enumerate(equations) if cell in sum_] for cell in touched]
    left = [value for _, value in equations]
    table: list[int] = []

    def fill(number: int) -> Iterator[dict[Cell, int]]:
        if number == len(touched):
            yield dict(zip(touched, table, strict=True))
            return
        if most is not None and next(steps) > most:
            raise TooManyTables
        cell, mine = touched[number], through[number]
        top = min((left[e] for e in mine), default=known.get(cell, 0))
        values = [known[cell]] if cell in known else range(top + 1)
        for value in values:
            if value > top:
                continue
            closes = [e for e in mine if ends[e] == number]
            if any(left[e] != value for e in closes):
                continue
            for e in mine:
                left[e] -= value
            table.append(value)
            yield from fill(number + 1)
            table.pop()
            for e in mine:
                left[e] += value

    yield from fill(0)


def reach(secrets: Iterable[Secret], tables: Iterable[Mapping[Cell, int]]) -> dict[Secret, tuple[int, int]]:
    """Lowest and highest value of every secret over the tables; untouched cells go from 0 to FREE."""
    found: dict[Secret, tuple[int, int]] = {}
    secrets = list(secrets)
    for table in tables:
        for secret in secrets:
            low = sum(table.get(cell, 0) for cell in secret.cells)
            high = sum(table.get(cell, FREE) for cell in secret.cells)
            before = found.get(secret, (low, high))
            found[secret] = (min(low, before[0]), max(high, before[1]))
    return found
