"""Sums over the flags: per hospital, per year, per both and over all, and per level of a stratum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir

from workbench.catalog.indicator import Indicator
from workbench.indicators.flags import Flags, column_of
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS
from workbench.simulate.backends import Session

if TYPE_CHECKING:
    import pandas as pd

SCOPES = (("hospital", "year"), ("hospital",), ("year",), ())


@dataclass(frozen=True)
class Cell:
    """Where a number belongs: a hospital (or ALL), a year (or 0 for all), and a level of a stratum (or neither)."""

    hospital: str = ALL_HOSPITALS
    year: int = ALL_YEARS
    stratum: str = ""
    level: str = ""


def scopes(definition: Indicator) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every grouping an indicator is shown in: columns of the flags, and the stratum or ''.

    A stratum is shown over all and per hospital: per year as well there would be more cells than patients.
    """
    for scope in SCOPES:
        yield scope, ""
    for stratum in definition.strata:
        for scope in ((), ("hospital",)):
            yield (*scope, column_of(stratum)), stratum.id


def sums(
    flags: Flags, wanted: Mapping[str, Mapping[str, ir.Value]], session: Session
) -> Iterator[tuple[str, Cell, dict[str, float]]]:
    """For each indicator of `wanted` (id -> name -> aggregate over the flags), the aggregates in every cell.

    One query per grouping serves all indicators that have it.
    """
    groupings: dict[tuple[str, ...], list[tuple[Indicator, str]]] = {}
    for definition in flags.definitions:
        if definition.id in wanted:
            for by, stratum in scopes(definition):
                groupings.setdefault(by, []).append((definition, stratum))
    for by, members in groupings.items():
        aggregates = {
            f"{definition.id}|{name}": value
            for definition, _ in members
            for name, value in wanted[definition.id].items()
        }
        for row in session.arrow(per_cell(known_in(flags.rows, by), by, aggregates)).to_pylist():
            for definition, stratum in members:
                found = {name: row[f"{definition.id}|{name}"] or 0 for name in wanted[definition.id]}
                yield definition.id, cell_of(row, by, stratum), found


def known_in(rows: ir.Table, by: Sequence[str]) -> ir.Table:
    """The rows that have a cell: all columns of `by` are known."""
    for name in by:
        rows = rows.filter(rows[name].notnull())
    return rows


def per_cell(rows: ir.Table, by: Sequence[str], aggregates: Mapping[str, ir.Value]) -> ir.Table:
    """One row per cell of `by`, or one over all, with the aggregates."""
    return rows.group_by(list(by)).aggregate(**aggregates) if by else rows.aggregate(**aggregates)


def cell_of(row: Mapping[str, Any], by: Sequence[str], stratum: str) -> Cell:
    """The cell of a row of an aggregate that was grouped by these columns."""
    hospital = str(row["hospital"]) if "hospital" in by else ALL_HOSPITALS
    year = int(row["year"]) if "year" in by else ALL_YEARS
    return Cell(hospital, year, stratum, str(row[by[-1]]) if stratum else "")


def counted(flags: Flags, definition: Indicator, columns: Sequence[str], session: Session) -> pd.DataFrame:
    """How often each pattern of `columns` occurs in the denominator: those columns, `events` and `units`.

    As large as the number of patterns, not of units; sorted, since an engine gives groups in any order.
    """
    inside = flags.rows.filter(flags.rows[f"{definition.id}.n"])
    events = {"events": inside[f"{definition.id}.k"].cast("int64").sum()} if definition.numerator else {}
    grouped = inside.group_by(list(columns)).aggregate(units=inside.count().cast("int64"), **events)
    frame: pd.DataFrame = session.arrow(grouped).to_pandas()
    return frame.sort_values(list(columns), ignore_index=True)


def in_cells(frame: pd.DataFrame, definition: Indicator) -> Iterator[tuple[Cell, pd.DataFrame]]:
    """The patterns of `counted` split over the cells of an indicator."""
    for by, stratum in scopes(definition):
        if not by:
            yield Cell(), frame
            continue
        for values, rows in frame.groupby(list(by), dropna=True, sort=True):
            yield cell_of(dict(zip(by, values, strict=True)), by, stratum), rows
