"""What one release is made from: stays per hospital, year and pattern of flags, and what was shown of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.disclosure.amounts.told import Amounts
from workbench.disclosure.rows import Bools, Ints, possible_patterns
from workbench.disclosure.system import Key
from workbench.errors import Refused
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, PARTS, IndicatorTable


@dataclass(frozen=True)
class Told:
    """Confidential.

    number:  of the release; 0 for the one being made.
    plain:   indicators that are counts only (part n).
    flags:   (P, 2I) the patterns; columns "<indicator>.n", "<indicator>.k" in the order of `indicators`.
    cells:   (H, Y, P) stays.
    persons: distinct persons per key.
    shown:   per key the number that was published, None when withheld; empty for the one being made.
    text:    the published counts as CSV.
    amounts: what an earlier release tells of amounts; None when it has none, or is the one being made.
    """

    number: int
    indicators: tuple[str, ...]
    plain: frozenset[str]
    hospitals: tuple[str, ...]
    years: tuple[int, ...]
    flags: Bools
    cells: Ints
    persons: Mapping[Key, int]
    shown: Mapping[Key, int | None]
    text: str = ""
    amounts: Amounts | None = None

    def parts(self) -> list[tuple[str, str]]:
        """Indicator and part of every sort of number."""
        return [(name, part) for name in self.indicators for part in PARTS if part == "n" or name not in self.plain]

    def every(self) -> list[Key]:
        """Every number that the release shows or could show."""
        return [
            Key(name, hospital, year, part, self.number)
            for name, part in self.parts()
            for hospital in (*self.hospitals, ALL_HOSPITALS)
            for year in (*self.years, ALL_YEARS)
        ]

    def published(self, number: int, text: str) -> Told:
        """The same as an earlier release with this number and text."""
        persons = {key._replace(release=number): value for key, value in self.persons.items()}
        shown: dict[Key, int | None] = dict.fromkeys(replace(self, number=number).every())
        for row in csv.DictReader(io.StringIO(text)):
            for part in PARTS:
                key = Key(row["indicator"], row["hospital"], int(row["year"]), part, number)
                if row[part] != "":
                    if key not in shown:
                        raise Refused(
                            f"release {number} shows a number that its confidential half does not know: {key}"
                        )
                    shown[key] = int(row[part])
        return replace(self, number=number, persons=persons, shown=shown, text=text)


def told_of(table: IndicatorTable) -> Told:
    """An indicator table as it is told to disclosure control.

    Raises Refused when the counts do not equal the sums of the cells: a certificate over cells says nothing
    about numbers that are something else.
    """
    hospitals = _distinct(table, "hospital", ALL_HOSPITALS)
    years = _distinct(table, "year", ALL_YEARS)
    pairs = set(zip(table.counts["indicator"].to_pylist(), table.counts["part"].to_pylist(), strict=True))
    plain = frozenset(name for name in table.indicators if not {(name, "k"), (name, "rest")} & pairs)
    flags, cells = _cells(table, hospitals, years)
    extra = possible_patterns(flags, np.array([name not in plain for name in table.indicators]))
    flags = np.concatenate([flags, extra])
    cells = np.concatenate([cells, np.zeros((*cells.shape[:2], len(extra)), dtype=np.int64)], axis=2)
    told = Told(0, table.indicators, plain, hospitals, years, flags, cells, {}, {})
    return replace(told, persons=_persons(table.counts, told))


def _persons(counts: pa.Table, told: Told) -> dict[Key, int]:
    """Persons per key, after checking that the counts and the cells tell the same story."""
    stays, persons = dict.fromkeys(told.every(), 0), dict.fromkeys(told.every(), 0)
    for row in counts.to_pylist():
        key = Key(row["indicator"], row["hospital"], row["year"], row["part"])
        if key not in stays:
            raise Refused(f"the counts hold a number that is no sum of the cells: {tuple(key[:4])}")
        stays[key], persons[key] = row["stays"], row["persons"]
    margins = told.cells
    for axis in (0, 1):
        margins = np.concatenate([margins, margins.sum(axis=axis, keepdims=True)], axis=axis)
    for name, part in told.parts():
        place = told.indicators.index(name)
        n, k = told.flags[:, 2 * place], told.flags[:, 2 * place + 1]
        sums = margins[..., {"n": n, "k": k, "rest": n & ~k}[part]].sum(axis=-1)
        for h, hospital in enumerate((*told.hospitals, ALL_HOSPITALS)):
            for y, year in enumerate((*told.years, ALL_YEARS)):
                key = Key(name, hospital, year, part)
                if stays[key] != sums[h, y]:
                    raise Refused(f"the counts say {stays[key]} stays for {tuple(key[:4])}, the cells say {sums[h, y]}")
    return persons


def _distinct(table: IndicatorTable, name: str, margin: str | int) -> tuple[Any, ...]:
    return tuple(sorted({*table.cells[name].to_pylist(), *table.counts[name].to_pylist()} - {margin}))


def _cells(table: IndicatorTable, hospitals: tuple[str, ...], years: tuple[int, ...]) -> tuple[Bools, Ints]:
    """The patterns that occur, and the stays per hospital, year and pattern."""
    names = [f"{name}.{part}" for name in table.indicators for part in ("n", "k")]
    seen = table.cells["stays"].to_numpy() > 0
    rows = np.column_stack([table.cells[name].to_numpy() for name in names]).astype(bool).reshape(-1, len(names))
    flags, pattern = np.unique(rows[seen], axis=0, return_inverse=True)
    cells = np.zeros((len(hospitals), len(years), len(flags)), dtype=np.int64)
    h = np.searchsorted(np.array(hospitals, dtype=str), np.array(table.cells["hospital"].to_pylist(), dtype=str))
    y = np.searchsorted(np.array(years, dtype=np.int64), table.cells["year"].to_numpy())
    np.add.at(cells, (h[seen], y[seen], pattern.ravel()), table.cells["stays"].to_numpy()[seen])
    return flags, cells
