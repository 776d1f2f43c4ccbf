"""The one system of rows: every number that anybody can see is a sum of the same unknown inner cells.

Cells stand in blocks (one per hospital); a number is the sum of some cells of one block, or of the same cells
of all blocks. Linked tables, margins, hierarchies, filters, numerators inside denominators and earlier
releases are then nothing special: all are rows over one vector, so a difference of any two tables is a linear
combination that the audit sees. A table of any other shape is a system with a single block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workbench.disclosure.rows import Bools, Floats, Ints, sums_of
from workbench.indicators.table import NO_HOSPITAL, NO_YEAR


class Key(NamedTuple):
    """What a reader calls a number; `release` is 0 for the one being made, else the number of an earlier one."""

    indicator: str
    hospital: str
    year: int
    part: str
    release: int = 0

    def apart(self) -> bool:
        """Whether it is a number of its own: without hospitals or single years the margin is all there is."""
        return self.hospital != NO_HOSPITAL and self.year != NO_YEAR


@dataclass(frozen=True)
class System:
    """The true table and the numbers made of it. Everything in it is confidential.

    blocks:  names of the blocks.
    cells:   (H, C) stays per block and kind of cell.
    free:    (H, C) cells that may hold anything; all others are known to be empty.
    masks:   (B, C) the cells that each number of a block sums.
    groups:  (G, B) differences of nested numbers count within a group: the numbers of one year, or of all.
    alike:   (B,) numbers of one sort (one part in several years): moving together keeps a change small.
    shown:   the key of every number that a report shows or could show, of earlier releases too.
    number:  (R,) the number behind each of them.
    values:  (N,) the numbers: block by block, then those of all blocks when there are several.
    persons: (N,) the distinct persons behind each number.
    settled: (N,) shown by an earlier release, so never to be withheld.
    earlier: (N,) withheld by an earlier release.
    """

    blocks: tuple[str, ...]
    cells: Ints
    free: Bools
    masks: Bools
    groups: Bools
    alike: Ints
    shown: tuple[Key, ...]
    number: Ints
    values: Ints
    persons: Ints
    settled: Bools
    earlier: Bools

    @property
    def block(self) -> int:
        """How many numbers a block has."""
        return len(self.masks)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers as a grid: blocks (their sum last when there are several) x numbers of a block."""
        return len(self.blocks) + (len(self.blocks) > 1), self.block

    @property
    def named(self) -> Bools:
        """(N,) numbers that have a key; nobody shows the others."""
        found = np.zeros(len(self.values), dtype=bool)
        found[self.number] = True
        return found

    def numbers_of(self, cells: Ints | Bools) -> Ints:
        """(H, C) cells -> (N,) numbers."""
        return np.rint(sums_of(cells, self.masks)).astype(np.int64).reshape(-1)

    def moved_by(self, change: Floats, tolerance: float) -> Bools:
        """(H, C) change, fractions allowed -> (N,) the numbers it changes by more than the tolerance."""
        moved: Bools = np.abs(sums_of(change, self.masks)).reshape(-1) > tolerance
        return moved


def plain_system(cells: Ints, masks: Bools) -> System:
    """A system of cells (H, C) and masks (B, C) without names or earlier releases, each stay another person."""
    values = np.rint(sums_of(cells, masks)).astype(np.int64).reshape(-1)
    blocks = tuple(f"{place:04d}" for place in range(len(cells)))
    labels = (*blocks, "ALL") if len(cells) > 1 else blocks
    keys = tuple(Key(str(row), name, 0, "n") for name in labels for row in range(len(masks)))
    no = np.zeros(len(values), dtype=bool)
    return System(blocks, cells, np.ones(cells.shape, dtype=bool), masks, np.zeros((0, len(masks)), dtype=bool),
                  np.arange(len(masks)), keys, np.arange(len(values)), values, values, no, no)  # fmt: skip
