"""From shown counts to what a report prints: rates and ratios with intervals. Nothing withheld enters."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2, norm

from workbench.disclosure.rows import Floats

LEVEL = 0.95


def wilson(k: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Rate k/n with its Wilson score interval (95%); NaN where k or n is NaN or n is 0."""
    z = float(norm.ppf(0.5 + LEVEL / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(n > 0, k / n, np.nan)
        centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At k = 0 and k = n the ends are exactly 0 and 1; rounding must not step outside.
    low = np.where(rate == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(rate == 1, 1.0, np.clip(centre + half, 0, 1))
    return rate, low, high


def exact_ratio(observed: Floats, expected: Floats) -> tuple[Floats, Floats, Floats]:
    """Observed/expected with the exact Poisson interval (95%); NaN where either is NaN or expected is 0."""
    tail = (1 - LEVEL) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        known = (expected > 0) & ~np.isnan(observed)
        low = np.where(observed > 0, chi2.ppf(tail, 2 * observed) / 2, 0.0)
        high = chi2.ppf(1 - tail, 2 * observed + 2) / 2
        return tuple(np.where(known, events / expected, np.nan) for events in (observed, low, high))  # type: ignore[return-value]
