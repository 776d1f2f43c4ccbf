"""What a picture needs beside the results: how survival falls day by day, and how often each value occurs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.indicators.flags import Flags
from workbench.indicators.survival.measure import by_time, shown_cells
from workbench.indicators.survival.observed import DAYS_PER_YEAR, kaplan_meier
from workbench.indicators.tallies import Cell, counted
from workbench.simulate.backends import Session


@dataclass(frozen=True)
class Curve:
    """points of a survival: (years, survival) where it falls, then where the last patient leaves; at_risk: how many are
    followed at the start of each whole year. points of a distribution: (value, units with it); at_risk is empty.
    """

    indicator: str
    cell: Cell
    points: tuple[tuple[float, float], ...]
    at_risk: tuple[int, ...] = ()


def curves(flags: Flags, session: Session) -> Iterator[Curve]:
    """Of every survival over all and per level of a stratum with a reference; of every distribution over all."""
    for one in flags.definitions:
        value = f"{one.id}.value"
        if one.type == "distribution":
            rows = counted(flags, one, [value], session)
            if len(rows):
                yield Curve(
                    one.id, Cell(), tuple(zip(rows[value].astype(float), rows["units"].astype(float), strict=True))
                )
        if one.type == "survival":
            compared = {stratum.id for stratum in one.strata if stratum.reference}
            for cell, rows in shown_cells(one, flags, session):
                if cell.hospital == "ALL" and (not cell.stratum or cell.stratum in compared):
                    longest = float(rows[value].max())
                    points = [
                        (point.time / DAYS_PER_YEAR, point.survival) for point in kaplan_meier(by_time(rows, one))
                    ]
                    points.append((longest / DAYS_PER_YEAR, points[-1][1] if points else 1.0))
                    years = range(int(longest / DAYS_PER_YEAR) + 1)
                    left = tuple(int(rows[rows[value] >= year * DAYS_PER_YEAR]["units"].sum()) for year in years)
                    yield Curve(one.id, cell, tuple(points), left)
