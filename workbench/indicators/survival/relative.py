"""Relative survival after Ederer II: what the cohort survives, divided by what people of its age and sex survive.

Pohar and Perme's estimator is the unbiased one of net survival, but it weighs every patient by the inverse of the
expected survival, so it needs single patients and becomes unsteady where old patients are few, which here they are in
every hospital. Ederer II needs no more than counts per interval, is what Belgian and Nordic registries printed for
decades, and stays within a point of it at five years; what differs is said in docs/decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.catalog.life_table import LifeTable
from workbench.indicators.survival.observed import DAYS_PER_YEAR, interval


@dataclass(frozen=True)
class RelativePoint:
    """The end of an interval (years): patients at its start, deaths and withdrawals in it, and cumulated survivals."""

    years: float
    at_risk: int
    deaths: int
    withdrawn: int
    observed: float
    expected: float
    relative: float
    lower: float
    upper: float


def interval_counts(
    cohort: ir.Table, table: ir.Table, until_days: int, width_days: int, by: Sequence[str] = ()
) -> ir.Table:
    """Rows (*by, place, at_risk, deaths, withdrawn, expected) of each interval, from one row per patient.

    cohort: days (followed), died (bool), age (exact, in years, at the start), men (bool), and the columns of `by`.
    table: what `LifeTable.cumulated` gives. expected: survival of everybody of the same age and sex over the
    interval, averaged over the patients at risk at its start (that is Ederer II). An interval holds the days from
    place * width_days, which belongs to it, up to the next one.
    """
    last = -(-until_days // width_days)
    at_risk = cohort.mutate(age=cohort["age"].cast("float64"), place=ibis.range(last).unnest())
    start = at_risk["place"] * width_days
    at_risk = at_risk.filter(at_risk["days"] >= start)
    ages = at_risk.mutate(
        from_age=at_risk["age"] + start / DAYS_PER_YEAR, to_age=at_risk["age"] + (start + width_days) / DAYS_PER_YEAR
    )
    # The last steps of the table hold for whoever is older.
    whole = {name: ages[name].floor().cast("int64").clip(0, 120) for name in ("from_age", "to_age")}
    rows = ages.mutate(from_year=whole["from_age"], to_year=whole["to_age"])
    for side in ("from", "to"):
        sides = table.select(
            **{f"{side}_year": "age"},
            **{f"{side}_{name}": name for name in ("men", "women", "men_before", "women_before")},
        )
        rows = rows.join(sides, f"{side}_year")
        before = ibis.ifelse(rows["men"], rows[f"{side}_men_before"], rows[f"{side}_women_before"])
        yearly = ibis.ifelse(rows["men"], rows[f"{side}_men"], rows[f"{side}_women"])
        rows = rows.mutate(**{f"{side}_hazard": before + yearly * (rows[f"{side}_age"] - rows[f"{side}_year"])})
    survives = (rows["from_hazard"] - rows["to_hazard"]).exp()
    leaves = rows["days"] < (rows["place"] + 1) * width_days
    return rows.group_by([*by, "place"]).aggregate(
        at_risk=rows.count().cast("int64"),
        deaths=(leaves & rows["died"]).cast("int64").sum().cast("int64"),
        withdrawn=(leaves & ~rows["died"]).cast("int64").sum().cast("int64"),
        expected=survives.mean().cast("float64"),
    )


def relative_survival(counts: pa.Table, width_years: float) -> list[RelativePoint]:
    """Cumulated survivals by the actuarial method: who withdraws in an interval was at risk for half of it.

    counts: the rows of `interval_counts` of one group. The limits are those of the observed survival divided by the
    expected one, so they may pass 1: a cohort can survive better than everybody does.
    """
    observed = expected = 1.0
    greenwood, points = 0.0, []
    for row in sorted(counts.to_pylist(), key=lambda one: one["place"]):
        exposed = row["at_risk"] - row["withdrawn"] / 2
        deaths = row["deaths"]
        observed *= 1 - deaths / exposed
        expected *= row["expected"]
        greenwood += deaths / (exposed * (exposed - deaths)) if exposed > deaths else float("inf")
        lower, upper = interval(observed, greenwood)
        points.append(
            RelativePoint(
                (row["place"] + 1) * width_years,
                row["at_risk"],
                deaths,
                row["withdrawn"],
                observed,
                expected,
                observed / expected,
                lower / expected,
                upper / expected,
            )
        )
    return points


def yearly_hazards(table: LifeTable) -> pa.Table:
    """The life table as `interval_counts` takes it."""
    return pa.Table.from_pylist(table.cumulated())
