"""From sums and patterns to results: one function per type of indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import numpy as np

from workbench.catalog.indicator import Indicator
from workbench.indicators.flags import Flags, column_of
from workbench.indicators.intervals import exact_ratio, median_interval, quantile, wilson
from workbench.indicators.tallies import Cell, counted, in_cells, sums
from workbench.simulate.backends import Session

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """One number of an indicator in one cell.

    statistic: what the number is (proportion, ratio, odds ratio, count, rate, median, q1, q3, mean,
    below <limit>, ...).
    n: units in the denominator (of a rate the exposure); k: units or events counted; expected: of a ratio.
    value, low, high: the number with its 95% interval, empty where there is none.
    """

    indicator: str
    cell: Cell
    statistic: str
    n: float
    k: float | None = None
    expected: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


def proportions(flags: Flags, definitions: Iterable[Indicator], session: Session) -> Iterator[Result]:
    """k of n with the Wilson interval; after that of each group (`proportion <group>`), where there are any."""
    rows, wanted = flags.rows, {}
    for one in definitions:
        groups = [name for name in rows.columns if name.startswith(f"{one.id}.k:")]
        parts = ("n", "k", *(name.removeprefix(f"{one.id}.") for name in groups))
        wanted[one.id] = {part: _total(rows[f"{one.id}.{part}"]) for part in parts}
    for name, cell, found in sums(flags, wanted, session):
        for part in (one for one in found if one != "n"):
            yield share(name, cell, "proportion" + part[1:].replace(":", " "), found[part], found["n"])


def counts(flags: Flags, definitions: Iterable[Indicator], session: Session) -> Iterator[Result]:
    """The number of units."""
    wanted = {one.id: {"n": _total(flags.rows[f"{one.id}.n"])} for one in definitions}
    for name, cell, found in sums(flags, wanted, session):
        yield Result(name, cell, "count", found["n"], value=found["n"])


def rates(flags: Flags, definitions: Iterable[Indicator], session: Session) -> Iterator[Result]:
    """Events over exposure, times `per`, with the exact Poisson interval."""
    by_id = {one.id: one for one in definitions}
    wanted = {}
    for name in by_id:
        inside = flags.rows[f"{name}.n"]
        wanted[name] = {
            part: flags.rows[f"{name}.{part}"].sum(where=inside).cast("float64") for part in ("value", "exposure")
        }
    for name, cell, found in sums(flags, wanted, session):
        per = by_id[name].per
        ratio = exact_ratio(np.array([found["value"]], float), np.array([found["exposure"] / per], float))
        value, low, high = (_known(one) for one in ratio)
        yield Result(name, cell, "rate", found["exposure"], found["value"], None, value, low, high)


def distributions(flags: Flags, definitions: Iterable[Indicator], session: Session) -> Iterator[Result]:
    """Median, quartiles and mean, and the shares below the limits, from how often each value occurs."""
    for definition in definitions:
        strata = [column_of(one) for one in definition.strata]
        value = f"{definition.id}.value"
        for cell, rows in in_cells(
            counted(flags, definition, ["hospital", "year", *strata, value], session), definition
        ):
            per_value = rows.groupby(value)["units"].sum()
            yield from spread(definition, cell, per_value)


def spread(definition: Indicator, cell: Cell, per_value: pd.Series) -> Iterator[Result]:
    """The results of one cell; `per_value` has the units of each value, values rising."""
    if per_value.empty:
        return
    values, units = per_value.index.to_numpy(float), per_value.to_numpy(float)
    n = float(units.sum())
    low, high = median_interval(values, units)
    yield Result(definition.id, cell, "median", n, None, None, quantile(values, units, 0.5), _known(low), _known(high))
    for name, place in (("q1", 0.25), ("q3", 0.75)):
        yield Result(definition.id, cell, name, n, value=quantile(values, units, place))
    yield Result(definition.id, cell, "mean", n, value=float((values * units).sum() / n))
    for limit in definition.limits:
        yield share(definition.id, cell, f"below {limit:g}", float(units[values < limit].sum()), n)


def share(name: str, cell: Cell, statistic: str, k: float, n: float) -> Result:
    """A proportion as a result."""
    value, low, high = (_known(one) for one in wilson(np.array([k], float), np.array([n], float)))
    return Result(name, cell, statistic, n, k, None, value, low, high)


def _total(flag: ir.Value) -> ir.Value:
    return flag.cast("int64").sum().cast("int64")


def _known(value: object) -> float | None:
    number = float(np.asarray(value).reshape(-1)[0])
    return None if np.isnan(number) else number


MEASURES: dict[str, Callable[[Flags, Iterable[Indicator], Session], Iterator[Result]]] = {
    "proportion": proportions,
    "count": counts,
    "rate": rates,
    "distribution": distributions,
}
