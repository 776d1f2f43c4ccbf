"""Guide tables: a discrete distribution laid out over equal cells, so that one join draws from it.

Cell g of n holds the outcome at quantile (g + 0.5) / n. A draw takes a uniform cell and joins on it; the
chance of an outcome is right to half a cell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Outcomes = NDArray[np.int64]


def shares(weights: Sequence[float] | NDArray[np.float64], cells: int) -> Outcomes:
    """For each of `cells` cells the index of its outcome, outcomes in proportion to their weights."""
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    points = (np.arange(cells) + 0.5) / cells * cumulative[-1]
    return np.asarray(np.searchsorted(cumulative, points, side="right"), dtype=np.int64)


def quantiles(points: Sequence[Sequence[float]], cells: int) -> Outcomes:
    """For each cell a whole number from quantile points (share, value) joined by lines, rounded down."""
    share, value = np.asarray(points, dtype=np.float64).T
    found = np.interp((np.arange(cells) + 0.5) / cells, share, value)
    return np.asarray(np.floor(found + 1e-9), dtype=np.int64)


def allot(expected: NDArray[np.float64], total: int) -> Outcomes:
    """Whole numbers that sum to `total`, each cumulative sum within one half of the expected one."""
    cumulative = np.cumsum(expected) / np.sum(expected) * total
    return np.diff(np.floor(cumulative + 0.5), prepend=0.0).astype(np.int64)
