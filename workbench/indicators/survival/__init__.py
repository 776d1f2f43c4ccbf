"""Survival of a cohort: observed (Kaplan-Meier), relative to everybody (Ederer II), and hazards side by side (Cox)."""

from workbench.indicators.survival.hazard import Hazard, hazard_per_unit, hazard_ratios
from workbench.indicators.survival.observed import SurvivalPoint, kaplan_meier, survival_at
from workbench.indicators.survival.relative import RelativePoint, interval_counts, relative_survival

__all__ = [
    "Hazard", "RelativePoint", "SurvivalPoint", "hazard_per_unit", "hazard_ratios", "interval_counts",
    "kaplan_meier", "relative_survival", "survival_at",
]  # fmt: skip
