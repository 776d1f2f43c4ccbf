"""Control limits of a funnel plot for observed/expected: where a hospital without any difference would fall.

A number of deaths lies outside exactly when the Poisson distribution gives it, or anything further out, a
smaller chance than the tail. Between whole numbers the limits are interpolated so that the lines do not saw
(after Spiegelhalter, Statistics in Medicine 2005;24:1185-1202, appendix A.1.1; there the upper line runs one
death lower, which would let more than the promised share fall outside).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

Numbers = NDArray[np.float64]
# Two-sided coverage: the usual alert (about two standard deviations) and alarm (about three).
ALERT = 0.95
ALARM = 0.998


def poisson_limits(expected: Numbers, coverage: float) -> tuple[Numbers, Numbers]:
    """Lower and upper limit of observed/expected for each expected number (all > 0)."""
    tail = (1.0 - coverage) / 2.0
    low, high = _quantile(expected, tail), _quantile(expected, 1.0 - tail) + 1.0
    return np.maximum(low, 0.0) / expected, high / expected


def _quantile(expected: Numbers, p: float) -> Numbers:
    count = poisson.ppf(p, expected)
    at_count = poisson.cdf(count, expected)
    below = poisson.cdf(count - 1, expected)
    share = (at_count - p) / (at_count - below)
    return np.asarray(count - share, dtype=np.float64)
