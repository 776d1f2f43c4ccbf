"""The study population as an expression: the units (stays) that meet every criterion."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import ibis.expr.types as ir

from workbench.catalog.model import Catalog, Table
from workbench.dataflow.codes import coded_condition, having
from workbench.dataflow.kinds.base import Context
from workbench.study.model import Criterion

VALUE = "$value"  # no field of a source table can have this name


def selected_units(context: Context, columns: Collection[str] = ()) -> ir.Table:
    """Rows of the unit table that meet all criteria, with its keys and `columns`; all columns of a table without keys.

    The criteria on the unit's own fields come first and those that bring another table's value to the unit last, so
    that the widest join meets the fewest rows; their order in the study means nothing.
    """
    catalog = context.catalog
    unit = catalog.tables[context.study.population.unit]
    rows = context.source(unit.ref)
    wanted = {*unit.keys, *columns} if unit.keys else set(rows.columns)
    for criterion in sorted(context.study.population.criteria, key=lambda one: _effort(one, unit)):
        table, _, name = criterion.field.rpartition(".")
        if table == unit.ref:
            rows = rows.filter(_test(criterion, rows, rows[name], catalog))
            continue
        other = context.source(table)
        keys = catalog.tables[table].keys
        # A parent (the patient of a stay) is found by its own keys, a child (a diagnosis) by the unit's.
        by = list(keys if all(key in rows.columns for key in keys) else unit.keys)
        values = other.select(*by, **{VALUE: other[name]})
        if criterion.years_before:
            at = criterion.years_before.rpartition(".")[2]
            # An age needs the unit's own date, so the criterion's field is brought to the unit.
            rows = context.keep(
                rows.select(*(name for name in rows.columns if name in {*wanted, *by, at}))
            )  # read twice
            beside = rows.join(values, by)
            met = beside.filter(_test(criterion, beside, beside[VALUE], catalog)).select(*unit.keys)
            rows = rows.semi_join(met, list(unit.keys))
        else:
            # Kept, so that the engine knows how few they are and does not build its table from the wide unit rows.
            met = context.keep(values.filter(_test(criterion, values, values[VALUE], catalog)).select(by).distinct())
            rows = rows.semi_join(met, by)
    return rows.select(*(name for name in rows.columns if name in wanted))


def _effort(criterion: Criterion, unit: Table) -> int:
    if criterion.field.rpartition(".")[0] == unit.ref:
        return 0
    return 2 if criterion.years_before else 1


def _test(criterion: Criterion, rows: ir.Table, value: ir.Value, catalog: Catalog) -> ir.BooleanValue:
    if criterion.between is not None:
        return cast(ir.IntegerValue, value).between(*criterion.between)
    if criterion.years_before is not None:
        at = rows[criterion.years_before.rpartition(".")[2]]
        return cast(ir.BooleanValue, (at - value) >= criterion.at_least)
    code_list = having(catalog.codes[str(criterion.in_codes)], criterion.having)
    field = catalog.field(criterion.field)
    coded = field.codes if field else None
    return coded_condition(cast(ir.StringColumn, value), coded, code_list, catalog)
