"""Numerators, denominators and case mix -> IndicatorTable: exact, and therefore not releasable."""

from workbench.indicators.compute import Computed, FlowLine, compute_indicators
from workbench.indicators.table import IndicatorTable

__all__ = ["Computed", "FlowLine", "IndicatorTable", "compute_indicators"]
