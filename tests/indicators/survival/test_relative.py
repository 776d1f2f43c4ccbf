"""Relative survival of cohorts whose answer is known, and patient by patient in plain Python."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.catalog import load_catalog
from workbench.catalog.life_table import LifeTable
from workbench.indicators.survival import hazard_ratios, interval_counts, relative_survival
from workbench.indicators.survival.relative import yearly_hazards

YEAR = 365.25


@pytest.fixture(scope="module")
def table(repo_root: Path) -> LifeTable:
    return load_catalog(repo_root / "catalog").life_tables["belgium"]


def expectancy(table: LifeTable, sex: str) -> float:
    lived, alive = 0.0, 1.0
    for row in table.cumulated(130):
        dies = 1 - math.exp(-row[sex])
        lived += alive * (1 - dies / 2)
        alive *= 1 - dies
    return lived


def test_the_life_table_gives_the_published_life_expectancy(table: LifeTable) -> None:
    assert abs(expectancy(table, "men") - table.expectancy.men) < 1
    assert abs(expectancy(table, "women") - table.expectancy.women) < 1


def hazard(table: LifeTable, age: float, sex: str) -> float:
    return [getattr(step, sex) for step in table.steps if step.from_ <= age][-1]


def lives(table: LifeTable, seed: int, persons: int, excess: float, follow_up: float) -> list[dict[str, Any]]:
    """Patients who die after the table plus a constant excess, or are censored on a day of their own."""
    draw = np.random.default_rng(seed)
    rows = []
    for _ in range(persons):
        age, sex = draw.uniform(30, 90), ("men", "women")[int(draw.integers(2))]
        target, at, years = -math.log(draw.uniform()), age, 0.0
        while True:
            until = math.floor(at + 1e-9) + 1 - at
            rate = hazard(table, at + 1e-9, sex) + excess
            if target <= rate * until:
                years += target / rate
                break
            target, at, years = target - rate * until, at + until, years + until
        end = draw.uniform(2, follow_up)
        rows.append({"days": int(min(years, end) * YEAR), "died": years <= end, "age": age, "men": sex == "men"})
    return rows


def computed(rows: list[dict[str, Any]], table: LifeTable, until: int, width: int) -> pa.Table:
    counts = interval_counts(
        ibis.memtable(pa.Table.from_pylist(rows)), ibis.memtable(yearly_hazards(table)), until, width
    )
    return ibis.duckdb.connect().to_pyarrow(counts)


def test_counts_equal_those_made_patient_by_patient(table: LifeTable) -> None:
    rows = lives(table, 3, 200, 0.1, 7)
    width = 61
    found = {row["place"]: row for row in computed(rows, table, 1220, width).to_pylist()}
    for place in range(20):
        inside = [row for row in rows if row["days"] >= place * width]
        if not inside:
            assert place not in found
            continue
        leaving = [row for row in inside if row["days"] < (place + 1) * width]
        expected = []
        for row in inside:
            sex = "men" if row["men"] else "women"
            steps = 300  # a sum over small steps instead of the cumulated table
            start, one = row["age"] + place * width / YEAR, width / YEAR / steps
            expected.append(math.exp(-sum(hazard(table, start + (n + 0.5) * one, sex) * one for n in range(steps))))
        assert found[place]["at_risk"] == len(inside)
        assert found[place]["deaths"] == sum(row["died"] for row in leaving)
        assert found[place]["withdrawn"] == sum(not row["died"] for row in leaving)
        assert found[place]["expected"] == pytest.approx(np.mean(expected), abs=1e-5)


@pytest.mark.parametrize("excess", [0.0, 0.03])
def test_who_dies_like_everybody_has_relative_survival_1_and_an_excess_is_found_again(
    table: LifeTable, excess: float
) -> None:
    rows = lives(table, 8, 5_000, excess, 8)
    points = relative_survival(computed(rows, table, 1830, 61), 61 / YEAR)
    at_five = points[-1]
    assert at_five.years == pytest.approx(5, abs=0.02)
    assert at_five.relative == pytest.approx(math.exp(-excess * at_five.years), abs=0.02)
    assert at_five.lower < math.exp(-excess * at_five.years) < at_five.upper
    assert at_five.observed < at_five.relative


def test_a_hazard_ratio_within_strata_is_found_where_the_crude_one_misleads() -> None:
    draw = np.random.default_rng(4)
    rows = []
    for _ in range(5_000):
        ill = bool(draw.integers(2))
        small = draw.uniform() < (0.7 if ill else 0.3)  # the ill go to small hospitals
        days = draw.exponential(1000 / ((8 if ill else 1) * (1.4 if small else 1.0)))
        rows.append(
            {"days": min(days, 900.0), "died": days < 900, "stage": str(ill), "volume": "small" if small else "big"}
        )
    cohort = pa.Table.from_pylist(rows)
    crude, adjusted = hazard_ratios(cohort, "volume", "big")[1], hazard_ratios(cohort, "volume", "big", ("stage",))[1]
    assert adjusted.lower < 1.4 < adjusted.upper and adjusted.upper - adjusted.lower < 0.3
    assert crude.lower > 1.8


def test_a_group_without_deaths_has_no_ratio_and_a_missing_reference_is_an_error() -> None:
    rows = [{"days": 10.0 + n, "died": n < 2, "volume": "big" if n < 4 else "small"} for n in range(6)]
    level = hazard_ratios(pa.Table.from_pylist(rows), "volume", "big")[1]
    assert (level.deaths, level.ratio, level.lower) == (0, 0.0, 0.0) and math.isinf(level.upper)
    with pytest.raises(ValueError, match="nobody in the reference group 'none'"):
        hazard_ratios(pa.Table.from_pylist(rows), "volume", "none")
