"""The unknown pieces behind the figures of one indicator, in all releases: who they count, and how much of each.

A mean and its count give a total, and totals add up. So every shown mean, of this and of all earlier releases, is a
sum over the same unknown pieces: what one hospital year holds and the same releases count. A correction makes pieces
of its own (what came later, what was taken out), which is how a difference of two releases is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS

Cell = tuple[str, int]  # hospital (or ALL) and year (or 0)
Held = Mapping[Cell, Floats]  # what every person of a hospital year contributes; no margins


class Row(NamedTuple):
    """A figure: the place of its release, hospital or ALL, year or 0."""

    release: int
    hospital: str
    year: int


@dataclass(frozen=True)
class Pieces:
    """hospital, year: (F,) where each piece is. present: (K, F) which release counts it. amounts: per piece what each
    person contributes, the largest first."""

    hospital: tuple[str, ...]
    year: Ints
    present: Bools
    amounts: tuple[Floats, ...]

    @property
    def measures(self) -> Floats:
        """(2, F) persons and total of every piece."""
        return np.array([[len(one), one.sum()] for one in self.amounts], dtype=float).reshape(-1, 2).T

    def mask(self, row: Row) -> Bools:
        """(F,) the pieces that a figure sums."""
        places = np.array([row.hospital in (ALL_HOSPITALS, name) for name in self.hospital], dtype=bool)
        mask: Bools = self.present[row.release] & places & np.isin(self.year, self.year if row.year == 0 else row.year)
        return mask


def pieces_of(releases: Sequence[Held]) -> Pieces:
    """The pieces behind what these releases hold, in their order.

    Equal amounts of one hospital year are taken for the same person: a reader sees no difference either.
    """
    hospital, year, present, amounts = [], [], [], []
    for cell in sorted({cell for held in releases for cell in held}):
        empty = np.zeros(0)
        here = [np.asarray(held.get(cell, empty), dtype=float) for held in releases]
        values, place = np.unique(np.concatenate(here), return_inverse=True)
        split = np.split(place, np.cumsum([len(one) for one in here])[:-1])
        counts = np.stack([np.bincount(one, minlength=len(values)) for one in split], axis=1)  # (V, K)
        found: dict[bytes, list[Floats]] = {}
        levels = np.sort(counts, axis=1)
        for step in range(len(releases)):
            many = levels[:, step] - (levels[:, step - 1] if step else 0)
            patterns = counts >= levels[:, step : step + 1]
            for pattern in np.unique(patterns[many > 0], axis=0):
                alike = (patterns == pattern).all(axis=1)
                found.setdefault(pattern.tobytes(), []).append(np.repeat(values, np.where(alike, many, 0)))
        for pattern_bytes, parts in found.items():
            hospital.append(cell[0])
            year.append(cell[1])
            present.append(np.frombuffer(pattern_bytes, dtype=bool))
            amounts.append(np.sort(np.concatenate(parts))[::-1])
    none = np.zeros((len(releases), 0), dtype=bool)
    return Pieces(
        tuple(hospital),
        np.array(year, dtype=np.int64),
        np.stack(present, axis=1) if present else none,
        tuple(amounts),
    )


def every_row(held: Held, release: int) -> list[Row]:
    """The figures that a release could show, margins included; the finest first."""
    hospitals = sorted({hospital for hospital, _ in held})
    years = sorted({year for _, year in held})
    places = [*hospitals, ALL_HOSPITALS]
    return [Row(release, hospital, year) for hospital in places for year in (*years, ALL_YEARS)]
