"""Adjusted results: observed over expected, and the odds of each hospital, from the case mix of its patients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from workbench.catalog.indicator import Indicator
from workbench.indicators.adjust import expected_counts
from workbench.indicators.effects import hospital_effects
from workbench.indicators.flags import Flags
from workbench.indicators.intervals import exact_ratio
from workbench.indicators.measures import Result
from workbench.indicators.tallies import Cell, counted
from workbench.simulate.backends import Session


def adjusted_results(flags: Flags, session: Session) -> Iterator[Result]:
    """Observed over expected with the exact Poisson interval, and odds ratios, for proportions that are adjusted."""
    for definition in flags.definitions:
        if definition.adjustment and definition.type == "proportion":
            yield from ratios(definition, flags, session)


def ratios(definition: Indicator, flags: Flags, session: Session) -> Iterator[Result]:
    """Observed over expected for every hospital, year and margin, and the odds ratio of every hospital."""
    assert definition.adjustment
    covariates = definition.adjustment.covariates
    patterns = counted(flags, definition, ["hospital", "year", *covariates], session)
    patterns = patterns.rename(columns={"units": "stays"})
    for row in expected_counts(pa.Table.from_pandas(patterns, preserve_index=False), definition.id, covariates):
        observed, expected = float(str(row["observed"])), float(str(row["expected"]))
        ratio = exact_ratio(np.array([observed]), np.array([expected]))
        value, low, high = (None if np.isnan(one[0]) else float(one[0]) for one in ratio)
        cell = Cell(str(row["hospital"]), int(str(row["year"])))
        yield Result(definition.id, cell, "ratio", float(str(row["stays"])), observed, expected, value, low, high)
    for one in hospital_effects(patterns, covariates).to_dict("records"):
        odds = (float(np.exp(float(one[name]))) for name in ("effect", "low", "high"))
        cell = Cell(str(one["hospital"]))
        yield Result(definition.id, cell, "odds ratio", float(one["stays"]), float(one["events"]), None, *odds)
