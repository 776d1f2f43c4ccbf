"""The one system of rows: every number a release can show is a sum of the same unknown inner cells.

Inner cells = hospital x year x pattern of flags. Linked tables (six indicators over the same stays), margins
and numerators inside denominators are then nothing special: all are rows over one vector, so a difference of
any two tables is a linear combination that the audit sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.disclosure.rows import Bools, Floats, Ints, mask_of, possible_patterns, with_margins
from workbench.errors import Refused
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, PARTS, IndicatorTable

Key = tuple[str, str, int, str]  # indicator, hospital, year, part


@dataclass(frozen=True)
class System:
    """The true table and the numbers made of it. Everything in it is confidential.

    plain:   indicators that are counts only (part n).
    cells:   (H, Y, P) stays per hospital, year and pattern.
    flags:   (P, 2I) the patterns; columns "<indicator>.n", "<indicator>.k" in the order of `indicators`.
    masks:   (U, P) the distinct sums over patterns; two parts with the same mask are one number.
    shown:   the key of every row a report could show.
    number:  (R,) the number behind each of them.
    values:  (N,) the numbers, flattened from `shape`.
    persons: (N,) the distinct persons behind each number.
    """

    indicators: tuple[str, ...]
    plain: frozenset[str]
    hospitals: tuple[str, ...]
    years: tuple[int, ...]
    cells: Ints
    flags: Bools
    masks: Bools
    shown: tuple[Key, ...]
    number: Ints
    values: Ints
    persons: Ints

    @property
    def shape(self) -> tuple[int, int, int]:
        """The numbers as a grid: hospitals (ALL last) x years (all years last) x masks."""
        return _shape(len(self.hospitals), len(self.years), len(self.masks))

    @property
    def block(self) -> int:
        """How many numbers one hospital has; ALL is the last block when there is more than one hospital."""
        return self.shape[1] * self.shape[2]

    def numbers_of(self, cells: Ints) -> Ints:
        """(H, Y, P) cells -> (N,) numbers."""
        sums = cells @ self.masks.T.astype(np.int64)
        return np.ascontiguousarray(with_margins(sums, *cells.shape[:2]), dtype=np.int64).reshape(-1)

    def moved_by(self, change: Floats, tolerance: float) -> Bools:
        """(H, Y, P) change, fractions allowed -> (N,) the numbers it changes by more than the tolerance."""
        sums = with_margins(change @ self.masks.T.astype(float), *change.shape[:2])
        return np.asarray(np.abs(sums) > tolerance).reshape(-1)


def build_system(table: IndicatorTable) -> System:
    """The system of an indicator table.

    Raises Refused when the counts do not equal the sums of the cells: a certificate over cells says nothing
    about numbers that are something else.
    """
    indicators = table.indicators
    hospitals = _distinct(table, "hospital", ALL_HOSPITALS)
    years = _distinct(table, "year", ALL_YEARS)
    pairs = set(zip(table.counts["indicator"].to_pylist(), table.counts["part"].to_pylist(), strict=True))
    plain = frozenset(name for name in indicators if not {(name, "k"), (name, "rest")} & pairs)
    flags, cells = _cells(table, hospitals, years)
    extra = possible_patterns(flags, np.array([name not in plain for name in indicators]))
    flags = np.concatenate([flags, extra])
    cells = np.concatenate([cells, np.zeros((*cells.shape[:2], len(extra)), dtype=np.int64)], axis=2)
    parts = [(name, part) for name in indicators for part in PARTS if part == "n" or name not in plain]
    stacked = np.stack([mask_of(flags, indicators.index(name), part) for name, part in parts])
    masks, place = np.unique(stacked, axis=0, return_inverse=True)
    grid = np.arange(np.prod(_shape(len(hospitals), len(years), len(masks)))).reshape(
        _shape(len(hospitals), len(years), len(masks))
    )
    shown: list[Key] = []
    number: list[int] = []
    for (name, part), mask in zip(parts, place.ravel().tolist(), strict=True):
        for h, hospital in enumerate((*hospitals, ALL_HOSPITALS)):
            for y, year in enumerate((*years, ALL_YEARS)):
                shown.append((name, hospital, year, part))
                number.append(int(grid[min(h, len(grid) - 1), min(y, grid.shape[1] - 1), mask]))
    values = with_margins(cells @ masks.T.astype(np.int64), len(hospitals), len(years)).reshape(-1).astype(np.int64)
    persons = _persons(table.counts, dict(zip(shown, number, strict=True)), values)
    return System(indicators, plain, hospitals, years, cells, flags, masks, tuple(shown),
                  np.array(number, dtype=np.int64), values, persons)  # fmt: skip


def _persons(counts: pa.Table, place: dict[Key, int], values: Ints) -> Ints:
    """Persons per number, after checking that the counts and the cells tell the same story."""
    stays, persons = dict.fromkeys(place, 0), dict.fromkeys(place, 0)
    for row in counts.to_pylist():
        key = (row["indicator"], row["hospital"], row["year"], row["part"])
        if key not in place:
            raise Refused(f"the counts hold a number that is no sum of the cells: {key}")
        stays[key], persons[key] = row["stays"], row["persons"]
    result = np.full(len(values), -1, dtype=np.int64)
    for key, number in place.items():
        if stays[key] != values[number]:
            raise Refused(f"the counts say {stays[key]} stays for {key}, the cells say {values[number]}")
        if result[number] not in (-1, persons[key]):
            raise Refused(f"the same stays are counted as different numbers of persons: {key}")
        result[number] = persons[key]
    return result


def _shape(hospitals: int, years: int, masks: int) -> tuple[int, int, int]:
    return hospitals + (hospitals > 1), years + (years > 1), masks


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
