"""Observed survival: Kaplan-Meier by statsmodels, on counts per day of follow-up and never on single patients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

Z = 1.959963984540054  # of a two-sided 95% interval
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class SurvivalPoint:
    """Survival after a time (in the unit of the counts), with its 95% interval; at_risk just before that time."""

    time: float
    at_risk: int
    events: int
    survival: float
    lower: float
    upper: float


def kaplan_meier(counts: pa.Table) -> list[SurvivalPoint]:
    """One point per time at which somebody died.

    counts: time (days from the start, 0 or more), died (bool) and persons (how many left then, in that way), in any
    order. Who dies on the day on which another is lost dies first, as is usual. Standard errors after Greenwood,
    intervals on the scale of log(-log), so that they stay between 0 and 1.
    """
    frame = counts.to_pandas()
    frame = frame[frame["persons"] > 0].sort_values(["time", "died"], ignore_index=True)
    if not frame["died"].any():
        return []
    from statsmodels.duration.survfunc import SurvfuncRight  # a second to load

    fitted = SurvfuncRight(frame["time"], frame["died"].astype(int), freq_weights=frame["persons"])
    found = []
    # Several rows of a time are one time to the library, and so are its counts.
    deaths = frame[frame["died"]].groupby("time")["persons"].sum()
    leaving = frame.groupby("time")["persons"].sum()
    gone = leaving.cumsum().shift(fill_value=0)
    total = int(frame["persons"].sum())
    for time, survival in zip(fitted.surv_times, fitted.surv_prob, strict=True):
        died = int(deaths.get(time, 0))
        if died:
            found.append((float(time), total - int(gone[time]), died, float(survival)))
    return _with_intervals(found)


def survival_at(points: Sequence[SurvivalPoint], time: float) -> SurvivalPoint | None:
    """The last point up to a time; None before the first death, when everybody still lives."""
    return next((point for point in reversed(points) if point.time <= time), None)


def _with_intervals(found: list[tuple[float, int, int, float]]) -> list[SurvivalPoint]:
    points, greenwood = [], 0.0
    for time, at_risk, died, survival in found:
        greenwood += died / (at_risk * (at_risk - died)) if at_risk > died else math.inf
        lower, upper = interval(survival, greenwood)
        points.append(SurvivalPoint(time, at_risk, died, survival, lower, upper))
    return points


def interval(survival: float, greenwood: float) -> tuple[float, float]:
    """95% limits of a survival from Greenwood's sum; (0, 1) where that sum tells nothing."""
    if not 0 < survival < 1 or not math.isfinite(greenwood):
        return (survival, survival) if survival == 1 else (0.0, 1.0)
    spread = Z * math.sqrt(greenwood) / abs(math.log(survival))
    return survival ** math.exp(spread), survival ** math.exp(-spread)
