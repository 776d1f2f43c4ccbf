"""Survival against what others printed for data that others printed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from statsmodels.duration.hazard_regression import PHReg

from tests.indicators.survival.published import (
    BRESLOW_ADJUSTED,
    BRESLOW_ALONE,
    KIDNEY,
    PLACEBO,
    RATIO_ALONE,
    TIED,
    TIED_EFRON,
    TREATED,
    TREATED_ERRORS,
    TREATED_SURVIVAL,
    remissions,
)
from workbench.indicators.survival import hazard_ratios, kaplan_meier, relative_survival, survival_at
from workbench.indicators.survival.observed import interval


def counts(rows: list[tuple[int, bool, float]]) -> pa.Table:
    table = pa.Table.from_pylist([{"time": time, "died": died, "n": 1} for time, died, _ in rows])
    return table.group_by(["time", "died"]).aggregate([("n", "sum")]).rename_columns(["time", "died", "persons"])


def test_kaplan_meier_gives_the_printed_survival_of_the_leukaemia_patients() -> None:
    points = kaplan_meier(counts(remissions(TREATED)))
    assert [(point.time, point.at_risk, point.events) for point in points] == [row[:3] for row in TREATED_SURVIVAL]
    for point, (*_, survival), error in zip(points, TREATED_SURVIVAL, TREATED_ERRORS, strict=True):
        assert point.survival == pytest.approx(survival, abs=5e-5)
        low, high = interval(point.survival, (error / point.survival) ** 2)
        assert (point.lower, point.upper) == pytest.approx((low, high), abs=5e-4)
    assert survival_at(points, 5) is None
    assert survival_at(points, 15) == points[3]


def test_cox_regression_gives_the_printed_hazard_ratios() -> None:
    rows = [
        {"days": time, "died": died, "cells": cells, "arm": arm}
        for arm, text in (("treated", TREATED), ("placebo", PLACEBO))
        for time, died, cells in remissions(text)
    ]
    cohort = pa.Table.from_pylist(rows)
    treated, placebo = hazard_ratios(cohort, "arm", "treated")[0], hazard_ratios(cohort, "arm", "treated")[1]
    assert (treated.persons, treated.deaths, treated.ratio) == (21, 9, 1.0)
    assert (placebo.persons, placebo.deaths) == (21, 21)
    assert placebo.ratio == pytest.approx(RATIO_ALONE, abs=5e-4)
    frame = cohort.to_pandas()
    arm = (frame["arm"] == "placebo").astype(float)
    for design, printed in ((arm, BRESLOW_ALONE), (np.column_stack([arm, frame["cells"]]), BRESLOW_ADJUSTED)):
        fitted = PHReg(frame["days"], design, status=frame["died"].astype(int), ties="breslow").fit()
        assert np.exp(fitted.params[0]) == pytest.approx(printed, abs=6e-4)


def test_ties_after_efron_are_those_solved_on_paper() -> None:
    cohort = pa.Table.from_pylist([{"days": time, "died": died, "x": x} for time, died, x in TIED])
    assert np.log(hazard_ratios(cohort, "x", "0")[1].ratio) == pytest.approx(TIED_EFRON, abs=5e-7)
    on_paper = 2 * np.sqrt(23 / 3) * np.cos(np.arccos(45 / 23 * np.sqrt(3 / 23)) / 3)
    assert np.log(on_paper) == pytest.approx(TIED_EFRON, abs=5e-7)


def test_the_life_table_method_gives_the_printed_survival_of_kidney_cancer() -> None:
    """With everybody surviving, relative survival is the observed one."""
    rows = [
        {"place": year - 1, "at_risk": alive, "deaths": died, "withdrawn": lost, "expected": 1.0}
        for year, alive, died, lost, _ in KIDNEY
    ]
    points = relative_survival(pa.Table.from_pylist(rows), 1.0)
    assert [point.years for point in points] == [1, 2, 3, 4, 5]
    for point, (*_, printed) in zip(points, KIDNEY, strict=True):
        assert point.relative == point.observed == pytest.approx(printed, abs=0.005)
        assert point.lower < point.relative < point.upper
