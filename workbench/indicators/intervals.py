"""Values with their 95% intervals: Wilson for proportions, exact Poisson for rates and observed over expected."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.95
HALF = NormalDist().inv_cdf(0.5 + LEVEL / 2)  # standard errors on either side


def wilson(k: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Rate k/n with its Wilson score interval (95%); NaN where k or n is NaN or n is 0."""
    z = HALF
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(n > 0, k / n, np.nan)
        centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At k = 0 and k = n the ends are exactly 0 and 1; rounding must not step outside.
    low = np.where(rate == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(rate == 1, 1.0, np.clip(centre + half, 0, 1))
    return rate, low, high


def exact_ratio(observed: Floats, expected: Floats) -> tuple[Floats, Floats, Floats]:
    """Observed/expected (or events over exposure) with the exact Poisson interval (95%).

    NaN where either is NaN or expected is 0.
    """
    from scipy.stats import chi2  # a second to load, so only when a result is made

    tail = (1 - LEVEL) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        known = (expected > 0) & ~np.isnan(observed)
        low = np.where(observed > 0, chi2.ppf(tail, 2 * observed) / 2, 0.0)
        high = chi2.ppf(1 - tail, 2 * observed + 2) / 2
        return tuple(np.where(known, events / expected, np.nan) for events in (observed, low, high))  # type: ignore[return-value]


def quantile(values: Floats, counts: Floats, share: float) -> float:
    """The quantile of values that occur `counts` times, by distance between neighbours (type 7); `values` rise."""
    ends = np.cumsum(counts)
    place = share * (ends[-1] - 1)
    low, high = (int(np.searchsorted(ends, end, side="right")) for end in (np.floor(place), np.ceil(place)))
    return float(values[low] + (values[high] - values[low]) * (place - np.floor(place)))


def median_interval(values: Floats, counts: Floats) -> tuple[float, float]:
    """95% interval of the median by order statistics, without a form of the distribution; NaN below 6 values.

    The widest pair of equal ranks from both ends that leaves at most 2.5% outside on each side.
    """
    from scipy.stats import binom  # see above

    ends = np.cumsum(counts)
    total = int(ends[-1])
    rank = int(binom.ppf((1 - LEVEL) / 2, total, 0.5))
    if binom.cdf(rank, total, 0.5) > (1 - LEVEL) / 2:
        rank -= 1
    if rank < 0:
        return float("nan"), float("nan")
    low, high = (int(np.searchsorted(ends, place, side="right")) for place in (rank, total - 1 - rank))
    return float(values[low]), float(values[high])
