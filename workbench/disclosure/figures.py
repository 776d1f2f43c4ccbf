"""From shown counts to what a report prints: rates and ratios with intervals. Nothing withheld enters."""

from workbench.indicators.intervals import LEVEL, exact_ratio, wilson

__all__ = ["LEVEL", "exact_ratio", "wilson"]
