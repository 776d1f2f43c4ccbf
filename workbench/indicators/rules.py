"""Rules and amounts of indicator files as columns of the units' frame; set-based, so the same on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import cast

import ibis
import ibis.expr.types as ir

from workbench.catalog.model import Catalog, CodeList
from workbench.catalog.rule import (
    AllOf,
    Amount,
    AmountOfRows,
    AnyOf,
    Condition,
    Last,
    Near,
    NearFirst,
    Rows,
    RowsOf,
    RuleSpec,
)
from workbench.dataflow.codes import coded_condition, having
from workbench.indicators.frame import LEG, Frame

NEVER = 1e9  # beyond every number of days


def apply(rule: RuleSpec, frame: Frame) -> str:
    """Name of a boolean column of the frame, true for the units that meet the rule."""
    if isinstance(rule, Condition):
        return frame.add(test(frame.table, rule, frame.unit.part, frame))
    if isinstance(rule, Rows):
        return _rows(rule, frame)
    if isinstance(rule, Near):
        return _near(rule.near, frame)
    if isinstance(rule, Last):
        ends = frame.legs.filter(frame.legs["last"])
        stays = frame.parts[frame.unit.part].rename({LEG + name: name for name in frame.key})
        met = stays.filter(test(stays, rule.last, frame.unit.part, frame))
        return frame.mark(ends.semi_join(met, [LEG + name for name in frame.key]))
    names = [apply(one, frame) for one in rule.rules()]
    if isinstance(rule, AllOf):
        return frame.combine(names, any_of=False)
    either = frame.combine(names, any_of=True)
    return either if isinstance(rule, AnyOf) else frame.negate(either)


def amount(spec: Amount, frame: Frame) -> str:
    """Name of a column of the frame with the amount, empty where it is not known."""
    if spec.one:
        made = frame.add(ibis.literal(1.0))
    elif spec.column:
        made = frame.add(frame.table[spec.column].cast("float64"))
    elif spec.earliest:
        names = [_from_rows(one, None, frame) for one in spec.earliest]
        # least() is empty on some engines as soon as one of them is; far beyond every day stands for none
        known = [frame.table[name].fill_null(NEVER) for name in names]
        smallest = ibis.least(*known)
        made = frame.add(smallest.nullif(NEVER))
    else:
        assert spec.rows
        made = _from_rows(spec.rows, spec.no_rows, frame)
    if spec.plus is not None:
        made = frame.add(frame.table[made] + frame.table[spec.plus].cast("float64"))
    if spec.minus is not None:
        made = frame.add(frame.table[made] - frame.table[spec.minus].cast("float64"))
    return made


def test(rows: ir.Table, spec: Condition, part: str, frame: Frame) -> ir.BooleanValue:
    """The condition over `rows`, a table made from `part`; unknown counts as not met."""
    column = rows[spec.column]
    if spec.known is not None:
        return cast(ir.BooleanValue, column.notnull() if spec.known else column.isnull())
    if spec.codes is not None:
        chosen = entries(spec, frame.catalog)
        coded = coded_condition(column, frame.coded.get(f"{part}.{spec.column}"), chosen, frame.catalog)
        return coded.fill_null(False)
    if spec.is_ is not None:
        return cast(ir.BooleanValue, (column == spec.is_).fill_null(False))
    if spec.one_of is not None:
        return cast(ir.BooleanValue, column.isin(spec.one_of).fill_null(False))
    if spec.counted_from == "first_admission":
        column = column + rows["offset"]
    elif spec.counted_from == "discharge":
        column = column - rows["days"]
    low, high = spec.between or (spec.at_least, spec.at_most)
    met = ibis.literal(True)
    if low is not None:
        met = met & (column >= low)
    if high is not None:
        met = met & (column <= high)
    return met.fill_null(False)


def entries(spec: Condition, catalog: Catalog) -> CodeList:
    """The entries of the condition's code list that its groups and attributes choose."""
    chosen = having(catalog.codes[str(spec.codes)], spec.having)
    if not spec.groups:
        return chosen
    kept = tuple(entry for entry in chosen.entries if entry.attributes.get("group") in spec.groups)
    return chosen.model_copy(update={"entries": kept})


def _meeting(rows: ir.Table, conditions: Sequence[Condition], part: str, frame: Frame) -> ir.Table:
    if not conditions:
        return rows
    return rows.filter(reduce(and_, (test(rows, one, part, frame) for one in conditions)))


def _chosen(spec: RowsOf, frame: Frame) -> ir.Table:
    return _meeting(frame.rows(spec.part, spec.along), spec.where, spec.part, frame)


def _rows(rule: Rows, frame: Frame) -> str:
    rows = _chosen(rule.rows, frame)
    by = [name for name in frame.key if name in rows.columns]
    if rule.at_least > 1:
        counted = rows.group_by(by).aggregate(found=rows.count())
        return frame.mark(counted.filter(counted["found"] >= rule.at_least))
    found: ir.Table | None = None
    legs = [name for name in rows.columns if name.startswith(LEG)]
    for conditions in rule.rows.each:
        # One and the same stay of the chain has a row for each set, so the stays are compared, not the units.
        one = _meeting(rows, conditions, rule.rows.part, frame).select(*by, *legs).distinct()
        found = one if found is None else found.semi_join(one, [*by, *legs])
    return frame.mark(rows if found is None else found)


def _near(spec: NearFirst, frame: Frame) -> str:
    rows = _chosen(spec, frame)
    by = [name for name in frame.key if name in rows.columns]
    first = _number(spec.first, frame)
    dated = rows.join(first, [name for name in by if name in first.columns])
    after = dated[spec.day].cast("float64") - dated["amount"]
    return frame.mark(dated.filter(after.between(*spec.between)))


def _number(spec: AmountOfRows, frame: Frame) -> ir.Table:
    """Key and `amount` of the units that have such rows."""
    rows = _chosen(spec, frame)
    by = [name for name in frame.key if name in rows.columns]
    if spec.of == "count":
        value: ir.Value = rows.count()
    else:
        column = rows[str(spec.column)]
        value = {"sum": column.sum, "min": column.min, "max": column.max}[spec.of]()
    return rows.group_by(by).aggregate(amount=value.cast("float64"))


def _from_rows(spec: AmountOfRows, no_rows: float | None, frame: Frame) -> str:
    return frame.join(_number(spec, frame), "amount", no_rows)
