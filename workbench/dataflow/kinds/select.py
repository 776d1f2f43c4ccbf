"""select: a source party takes rows and fields from its own tables."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.base import Entry
from workbench.catalog.model import Table
from workbench.catalog.source import Loc
from workbench.dataflow.codes import coded_condition
from workbench.dataflow.kinds.base import Context, Maker, Scope
from workbench.dataflow.names import DatasetName, PartName
from workbench.dataflow.population import selected_units
from workbench.dataflow.schema import Column, Part
from workbench.study.model import Study


class SelectPart(Entry):
    """One table of the extract: the first of `from` gives the rows, the others are looked up by their keys.

    `only` keeps rows whose column falls in one of the code lists, `filled` rows where a column has a value.
    """

    tables: tuple[str, ...] = Spec(alias="from", min_length=1)
    columns: dict[str, str] = Spec(min_length=1)
    only: dict[str, tuple[str, ...]] = Spec(default_factory=dict)
    filled: tuple[str, ...] = ()
    distinct: bool = False


class Select(Maker):
    """Rows of the study population (or all rows) with the named fields of the actor's own tables."""

    kind: Literal["select"]
    icon: ClassVar[str] = "▼"
    meaning: ClassVar[str] = "a source party takes rows and fields from its own tables"
    population: bool = False
    output: DatasetName
    parts: dict[PartName, SelectPart] = Spec(min_length=1)

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return tuple(
            (("parts", name, "from", number), ref)
            for name, part in self.parts.items()
            for number, ref in enumerate(part.tables)
        )

    def scans(self, study: Study) -> tuple[str, ...]:
        population = study.population
        chosen = (population.unit, *(one.field.rpartition(".")[0] for one in population.criteria))
        return (*super().scans(study), *(chosen if self.population else ()))

    def infer(self, scope: Scope) -> dict[str, Part]:
        if self.population:
            self._check_population(scope)
        made: dict[str, Part] = {}
        for name, part in self.parts.items():
            at: Loc = ("parts", name)
            self._check_joins(part, at, scope)
            self._check_filters(part, at, scope)
            made[f"{self.output}.{name}"] = tuple(
                self._column(column, ref, part, at, scope) for column, ref in part.columns.items()
            )
            self._decide(part, made[f"{self.output}.{name}"], scope)
        return made

    def _decide(self, part: SelectPart, made: Part, scope: Scope) -> None:
        """Rows are looked up by the keys of tables, and chosen by the population and by columns."""
        scope.decide(*(one for one in made if part.distinct or one.name in part.only or one.name in part.filled))
        tables = list(part.tables[1:])
        if self.population:
            population = scope.study.population
            for criterion in population.criteria:
                scope.deciding.update({criterion.field, criterion.years_before or criterion.field})
                tables.append(criterion.field.rpartition(".")[0])
            tables.append(population.unit)
        keys = {key for table in map(scope.catalog.tables.get, tables) if table for key in table.keys}
        for table in map(scope.catalog.tables.get, {*tables, *part.tables}):
            scope.deciding.update(f"{table.ref}.{key}" for key in keys if table and table.field(key))

    def _check_population(self, scope: Scope) -> None:
        population = scope.study.population
        refs = [population.unit, *(one.field.rpartition(".")[0] for one in population.criteria)]
        for table in (scope.catalog.tables.get(ref) for ref in dict.fromkeys(refs)):
            if table is not None and self.actor not in table.holders:
                what = f"{self.actor} cannot select the population"
                why = f"it needs {table.ref}, which {table.provider} holds"
                scope.find(("population",), what, why, "let that party select")
        unit = scope.catalog.tables.get(population.unit)
        for name, part in self.parts.items():
            first = scope.catalog.tables.get(part.tables[0]) if part.tables else None
            missing = [key for key in (unit.keys if unit and first else ()) if first and not first.field(key)]
            other = unit is not None and not unit.keys and first is not None and first.ref != unit.ref
            if (missing or other) and first and unit:
                what = f"rows of {first.ref} cannot be chosen by {unit.ref}"
                why = f"{first.ref} has no {', '.join(missing)}" if missing else f"{unit.ref} has no key"
                scope.find(("parts", name, "from", 0), what, why, f"put {unit.ref} first")

    @staticmethod
    def _check_joins(part: SelectPart, at: Loc, scope: Scope) -> None:
        tables = [scope.catalog.tables.get(ref) for ref in part.tables]
        first = tables[0] if tables else None
        for number, table in enumerate(tables[1:], start=1):
            missing = [key for key in (table.keys if table else ()) if first and first.field(key) is None]
            if missing and first and table:
                what = f"{table.ref} cannot be looked up from {first.ref}"
                why = f"{first.ref} has no {', '.join(missing)}"
                scope.find((*at, "from", number), what, why, "put the finer table first")

    @staticmethod
    def _check_filters(part: SelectPart, at: Loc, scope: Scope) -> None:
        filtered = [(("only", column), column) for column in part.only]
        filtered += [(("filled", str(number)), column) for number, column in enumerate(part.filled)]
        for loc, column in filtered:
            if column not in part.columns:
                scope.find((*at, *loc), f"'{column}' is no column here", "a filter works on one", "correct the name")
        for column, lists in part.only.items():
            for name in (name for name in lists if name not in scope.catalog.codes):
                what, why = f"code list '{name}' does not exist", "catalog/codes has no such file"
                scope.find((*at, "only", column), what, why, "correct the name")

    @staticmethod
    def _column(name: str, ref: str, part: SelectPart, at: Loc, scope: Scope) -> Column:
        field = scope.catalog.field(ref)
        at = (*at, "columns", name)
        if field is None:
            what, why = f"field '{ref}' does not exist", "the catalogue has no such field"
            scope.find(at, what, why, scope.catalog.hint(ref))
            return Column.unclear(name)
        if ref.rpartition(".")[0] not in part.tables and all(one in scope.catalog.tables for one in part.tables):
            why = f"it reads {', '.join(part.tables)}"
            scope.find(at, f"'{ref}' is not in this extract", why, "add its table under 'from'")
        table, _, key = ref.rpartition(".")
        if table in part.tables[1:] and key in scope.catalog.tables[table].keys:
            scope.equal[ref] = f"{part.tables[0]}.{key}"
        return Column.of_field(ref, field, scope.catalog, name)

    def express(self, context: Context) -> dict[str, ir.Table]:
        units = context.keep(selected_units(context, self._of_unit(context))) if self.population else None
        return {f"{self.output}.{name}": _extract(part, units, context) for name, part in self.parts.items()}

    def _of_unit(self, context: Context) -> set[str]:
        """Fields of the population's unit that the extract shows, or by which it looks other tables up."""
        tables = context.catalog.tables
        unit = context.study.population.unit
        split = [ref.rpartition(".") for part in self.parts.values() for ref in part.columns.values()]
        shown = {name for table, _, name in split if table == unit}
        keys = {key for part in self.parts.values() for ref in part.tables for key in tables[ref].keys}
        return shown | (keys & {field.name for field in tables[unit].fields})


def _extract(part: SelectPart, units: ir.Table | None, context: Context) -> ir.Table:
    unit = context.catalog.tables[context.study.population.unit]
    first, *others = (context.catalog.tables[ref] for ref in part.tables)

    def rows_of(table: Table) -> ir.Table:
        # The unit's rows that are asked for are there already; each of them is all that its key finds.
        return units if units is not None and table.ref == unit.ref else context.source(table.ref)

    rows = rows_of(first)
    if units is not None and first.ref != unit.ref:
        rows = rows.semi_join(units, list(unit.keys))
        if part.only:  # or the engine compares the codes of all rows before it chooses among them
            rows = context.keep(rows)
    for other in others:
        found = _lookup(rows_of(other), other)
        own = [name for name in found.columns if name not in other.keys]
        # Without the other's keys: those of two tables would be called alike.
        rows = rows.left_join(found, list(other.keys)).select(*rows.columns, *own)
    rows = rows.select(**{column: _pick(rows, ref) for column, ref in part.columns.items()})
    for column, lists in part.only.items():
        field = context.catalog.field(part.columns[column])
        coded = field.codes if field else None
        asked = [coded_condition(rows[column], coded, wanted, context.catalog) for wanted in lists]
        rows = rows.filter(reduce(or_, asked))
    for column in part.filled:
        rows = rows.filter(rows[column].notnull())
    return rows.distinct() if part.distinct else rows


def _lookup(rows: ir.Table, table: Table) -> ir.Table:
    """The other table's own columns under names that cannot collide."""
    return rows.rename({f"{table.ref}.{name}": name for name in rows.columns if name not in table.keys})


def _pick(rows: ir.Table, ref: str) -> ir.Value:
    """A looked-up field stands under its reference; the first table's, and equal keys, under their name."""
    return rows[ref] if ref in rows.columns else rows[ref.rpartition(".")[2]]
