"""Survival of the units of an indicator: observed and relative at the times asked for, and hazards of its levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from workbench.catalog.indicator import Indicator, Stratum, Volume
from workbench.catalog.model import Catalog
from workbench.indicators.flags import Flags, column_of
from workbench.indicators.measures import Result
from workbench.indicators.survival.hazard import hazard_per_unit, hazard_ratios
from workbench.indicators.survival.observed import DAYS_PER_YEAR, kaplan_meier, survival_at
from workbench.indicators.survival.relative import interval_counts, relative_survival, yearly_hazards
from workbench.indicators.tallies import Cell, counted, in_cells
from workbench.simulate.backends import Session

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 30  # days of an interval of relative survival
MAN = "1"  # in list `sex`; everybody else is compared with women
AGE_CLASS = 10


def survival_results(flags: Flags, catalog: Catalog, session: Session) -> Iterator[Result]:
    """Of every survival: over all, per hospital, and per level of a stratum; not per year, which cuts the follow-up."""
    for definition in flags.definitions:
        if definition.type == "survival":
            yield from _observed(definition, flags, session)
            if definition.relative_to:
                yield from _relative(definition, flags, catalog, session)
            for stratum in definition.strata:
                if stratum.reference:
                    yield from _hazards(definition, stratum, flags, session)
            if definition.volume and any(one.id == definition.volume.count for one in flags.definitions):
                yield from _hazard_by_volume(definition, definition.volume, flags, session)


def by_time(rows: pd.DataFrame, definition: Indicator) -> pa.Table:
    """What `kaplan_meier` takes, from the patterns of `counted`."""
    times = rows.groupby(f"{definition.id}.value")[["units", "events"]].sum().reset_index()
    time, died, lived = times[f"{definition.id}.value"], times["events"], times["units"] - times["events"]
    return pa.table(
        {"time": [*time, *time], "died": [*[True] * len(time), *[False] * len(time)], "persons": [*died, *lived]}
    )


def shown_cells(definition: Indicator, flags: Flags, session: Session) -> Iterator[tuple[Cell, pd.DataFrame]]:
    """The cells of a survival with their patterns."""
    strata = [column_of(one) for one in definition.strata]
    patterns = counted(flags, definition, ["hospital", "year", *strata, f"{definition.id}.value"], session)
    for cell, rows in in_cells(patterns, definition):
        if not cell.year and not (cell.stratum and cell.hospital != "ALL"):
            yield cell, rows


def _observed(definition: Indicator, flags: Flags, session: Session) -> Iterator[Result]:
    for cell, rows in shown_cells(definition, flags, session):
        points = kaplan_meier(by_time(rows, definition))
        n, longest = float(rows["units"].sum()), float(rows[f"{definition.id}.value"].max())
        for years in definition.limits:
            until = years * DAYS_PER_YEAR
            if longest < until:  # nobody was followed so long
                continue
            dead = float(rows[rows[f"{definition.id}.value"] <= until]["events"].sum())
            point = survival_at(points, until)
            value, low, high = (point.survival, point.lower, point.upper) if point else (1.0, 1.0, 1.0)
            yield Result(definition.id, cell, f"survival at {years:g}", n, dead, None, value, low, high)


def _cohort(definition: Indicator, flags: Flags) -> ir.Table:
    rows = flags.rows.filter(flags.rows[f"{definition.id}.n"])
    return rows.mutate(days=rows[f"{definition.id}.value"], died=rows[f"{definition.id}.k"])


def _relative(definition: Indicator, flags: Flags, catalog: Catalog, session: Session) -> Iterator[Result]:
    table = session.register(yearly_hazards(catalog.life_tables[str(definition.relative_to)]))
    rows = _cohort(definition, flags)
    cohort = rows.filter(rows["age"].notnull()).mutate(men=(rows["sex"] == MAN).fill_null(False))
    until = round(max(definition.limits) * DAYS_PER_YEAR)
    for by, stratum in (("", ""), ("hospital", ""), *((column_of(one), one.id) for one in definition.strata)):
        named = cohort.mutate(level=cohort[by].cast("string") if by else ibis.literal("ALL"))
        named = named.filter(named["level"].notnull()).select("days", "died", "age", "men", "level")
        found = session.arrow(interval_counts(named, table, until, WIDTH, ("level",)))
        for level in sorted(set(found["level"].to_pylist())):
            counts = found.filter(pc.equal(found["level"], level))
            points = relative_survival(counts, WIDTH / DAYS_PER_YEAR)
            cell = Cell(stratum=stratum, level=level) if stratum else Cell(hospital=level)
            for years in definition.limits:
                # the interval that ends nearest to the time asked for
                point = min(points, key=lambda one: abs(one.years - years))
                if abs(point.years - years) <= WIDTH / DAYS_PER_YEAR:
                    yield Result(
                        definition.id, cell, f"relative survival at {years:g}", float(points[0].at_risk), None, None,
                        point.relative, point.lower, point.upper,
                    )  # fmt: skip


def _hazards(definition: Indicator, stratum: Stratum, flags: Flags, session: Session) -> Iterator[Result]:
    rows = _cohort(definition, flags)
    classes = _classes(definition, rows)
    wanted = rows.select("days", "died", level=rows[column_of(stratum)], **classes)
    cohort = _sorted(wanted, session)
    reference = str(stratum.reference)
    if reference not in cohort["level"].to_pylist():  # nobody to compare with
        return
    for one in hazard_ratios(cohort, "level", reference, tuple(classes)):
        cell = Cell(stratum=stratum.id, level=one.level)
        high = None if one.upper == float("inf") else one.upper
        yield Result(definition.id, cell, "hazard", one.persons, one.deaths, None, one.ratio, one.lower, high)


def _hazard_by_volume(definition: Indicator, volume: Volume, flags: Flags, session: Session) -> Iterator[Result]:
    """The hazard for every doubling of the units that a hospital has in a year, as counted in these very data."""
    counted = flags.rows.filter(flags.rows[f"{volume.count}.n"])
    years = counted["year"].nunique()
    volumes = counted.group_by("hospital").aggregate(units=counted.count()).cross_join(counted.aggregate(years=years))
    rows = _cohort(definition, flags).join(volumes, "hospital")
    wanted = rows.select(
        "days", "died", "hospital", doublings=(rows["units"] / rows["years"]).log2(), **_classes(definition, rows)
    )
    found = hazard_per_unit(_sorted(wanted, session), "doublings", "hospital", tuple(_classes(definition, rows)))
    if found:
        yield Result(
            definition.id, Cell(), "hazard per doubling", found.persons, found.deaths, None, found.ratio, found.lower,
            found.upper,
        )  # fmt: skip


def _classes(definition: Indicator, rows: ir.Table) -> dict[str, ir.Value]:
    """The case mix as strata: age in classes, everything else as it stands."""
    covariates = definition.adjustment.covariates if definition.adjustment else ()
    return {
        f"by {name}": (rows[name] / AGE_CLASS).floor().cast("int64") if name == "age" else rows[name].cast("string")
        for name in covariates
    }


def _sorted(wanted: ir.Table, session: Session) -> pa.Table:
    # An engine gives rows in any order, and sums depend on it in their last digits.
    return session.arrow(wanted.order_by(list(wanted.columns)))
