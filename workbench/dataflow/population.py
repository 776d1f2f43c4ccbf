"""The study population as an expression: the units (stays) that meet every criterion."""

from __future__ import annotations

from typing import cast

import ibis.expr.types as ir

from workbench.catalog.model import Catalog
from workbench.dataflow.codes import coded_condition, having
from workbench.dataflow.kinds.base import Context
from workbench.study.model import Criterion

VALUE = "$value"  # no field of a source table can have this name


def selected_units(context: Context) -> ir.Table:
    """Key columns of the unit table's rows that meet all criteria; one row per unit.

    Of a table without keys (nothing tells its rows apart) the whole rows.
    """
    catalog = context.catalog
    unit = catalog.tables[context.study.population.unit]
    rows = context.source(unit.ref)
    for criterion in context.study.population.criteria:
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
            # An age needs the unit's own date, so the criterion's field is brought to the unit.
            beside = rows.join(values, by)
            met = beside.filter(_test(criterion, beside, beside[VALUE], catalog)).select(*unit.keys)
            rows = rows.semi_join(met, list(unit.keys))
        else:
            rows = rows.semi_join(values.filter(_test(criterion, values, values[VALUE], catalog)), by)
    return rows.select(*unit.keys) if unit.keys else rows


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
