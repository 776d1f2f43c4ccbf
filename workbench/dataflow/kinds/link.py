"""link: two tables are joined on equal columns, and on a date between two others where asked."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.codes import coded_condition
from workbench.dataflow.kinds.base import Context, Maker, Scope, take
from workbench.dataflow.schema import IBIS_TYPES, Column, Part

Sides = dict[str, Part]


class Link(Maker):
    """Columns are named `left.X`, `right.Y`, or `empty.<field>`: no value, with that field's type.

    `between` (`right.X: [left.Begin, left.End]`) includes both days, and `days_after` more; `only_any` keeps
    the rows of the right table of which at least one column falls in one of its code lists.
    """

    kind: Literal["link"]
    icon: ClassVar[str] = "⋈"
    meaning: ClassVar[str] = "two tables are joined on equal columns, and on a date within an interval where asked"
    left: str
    right: str
    on: dict[str, str] = Spec(min_length=1)
    between: dict[str, tuple[str, str]] = Spec(default_factory=dict)
    days_after: int = 0
    only_any: dict[str, tuple[str, ...]] = Spec(default_factory=dict)
    keep_unmatched: bool = False
    distinct: bool = False
    columns: dict[str, str] = Spec(min_length=1)

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return (("left",), self.left), (("right",), self.right)

    def infer(self, scope: Scope) -> dict[str, Part]:
        sides = {"left": scope.part(self.left, ("left",)), "right": scope.part(self.right, ("right",))}
        for mine, other in self.on.items():
            one = scope.column(sides["left"], mine, ("on", mine), self.left)
            two = scope.column(sides["right"], other, ("on", mine), self.right)
            scope.decide(one, two)
            if one.known and two.known and one.type != two.type:
                why, todo = f"one is {one.type}, the other {two.type}", "link on columns of one type"
                scope.find(("on", mine), f"{mine} and {other} cannot be equal", why, todo)
        for name, (begin, end) in self.between.items():
            for ref, side in ((name, "right"), (begin, "left"), (end, "left")):
                column = self._column(ref, sides, ("between", name), scope, side)
                scope.decide(column)
                if column.known and column.type != "date":
                    why, todo = f"it is {column.type}", "only dates lie between two dates"
                    scope.find(("between", name), f"'{ref}' is no date", why, todo)
        for name, lists in self.only_any.items():
            scope.decide(self._column(name, sides, ("only_any", name), scope, "right"))
            for wanted in lists:
                if wanted not in scope.catalog.codes:
                    what, why = f"code list '{wanted}' does not exist", "catalog/codes has no such file"
                    scope.find(("only_any", name), what, why, "correct the name")
        made = tuple(
            self._column(ref, sides, ("columns", new), scope).named(new, scope.catalog)
            for new, ref in self.columns.items()
        )
        if self.distinct:
            scope.decide(*made)
        return {self.output_ref(): made}

    def _column(self, ref: str, sides: Sides, loc: Loc, scope: Scope, wanted: str | None = None) -> Column:
        side, _, name = ref.partition(".")
        if wanted and side != wanted:
            what = f"'{ref}' must be a column of the {wanted} table"
            why = "two days of a left row bound a day of a right one, and rows of the right table are chosen"
            scope.find(loc, what, why, f"write {wanted}.{name or side}")
            return Column.unclear(name)
        if side == "empty":
            field = scope.catalog.field(name)
            if field is None:
                why = "an empty column needs the type of a field"
                scope.find(loc, f"field '{name}' does not exist", why, "correct the reference")
                return Column.unclear(name)
            return Column.of_field(name, field, scope.catalog)
        if side not in sides:
            why = "a column is left.X, right.X or empty.<field>"
            scope.find(loc, f"'{ref}' names no side", why, "correct the prefix")
            return Column.unclear(name)
        return scope.column(sides[side], name, loc, self.left if side == "left" else self.right)

    def express(self, context: Context) -> dict[str, ir.Table]:
        left, right = take(context, self.left), take(context, self.right)
        if self.only_any:
            right = right.filter(self._asked(right, context))
        right = right.rename({f"right.{name}": name for name in right.columns})
        left = left.rename({f"left.{name}": name for name in left.columns})
        tests = [left[f"left.{mine}"] == right[f"right.{other}"] for mine, other in self.on.items()]
        for name, (begin, end) in self.between.items():
            last = left[end] + ibis.interval(days=self.days_after)
            tests += [right[name] >= left[begin], right[name] <= last]
        rows = left.left_join(right, tests) if self.keep_unmatched else left.join(right, tests)
        chosen = rows.select(**{new: self._value(ref, rows, context) for new, ref in self.columns.items()})
        return {self.output_ref(): chosen.distinct() if self.distinct else chosen}

    def _asked(self, right: ir.Table, context: Context) -> ir.BooleanValue:
        table = context.catalog.tables.get(self.right)
        tests = []
        for ref, lists in self.only_any.items():
            name = ref.partition(".")[2]
            field = table.field(name) if table else None
            coded = field.codes if field else None
            tests += [coded_condition(right[name], coded, wanted, context.catalog) for wanted in lists]
        return reduce(or_, tests)

    @staticmethod
    def _value(ref: str, rows: ir.Table, context: Context) -> ir.Value:
        side, _, name = ref.partition(".")
        if side != "empty":
            return rows[ref]
        field = context.catalog.field(name)
        assert field is not None  # inferred before
        return ibis.null(IBIS_TYPES[field.type])
