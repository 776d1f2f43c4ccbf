"""Definitions -> results with intervals, the flow of patients, and an `IndicatorTable`: exact, so not releasable."""

from workbench.indicators.compute import Computed, FlowLine, compute_indicators
from workbench.indicators.measures import Result
from workbench.indicators.table import IndicatorTable
from workbench.indicators.tallies import Cell

__all__ = ["Cell", "Computed", "FlowLine", "IndicatorTable", "Result", "compute_indicators"]
