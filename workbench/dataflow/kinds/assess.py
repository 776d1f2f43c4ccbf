"""assess_small_cells: how many records of person-level data stand in classes with too few persons."""

from __future__ import annotations

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.model import FieldType
from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope, take
from workbench.dataflow.schema import Column, Part

REPORT: tuple[tuple[str, FieldType], ...] = (
    ("records", "integer"),
    ("classes", "integer"),
    ("smallest_class", "integer"),
    ("records_below_threshold", "integer"),
    ("threshold", "integer"),
)


class AssessSmallCells(Maker):
    """One row: how many records stand in classes of the quasi-identifiers with too few persons.

    The size of a class is its number of distinct `person`s: many records of one person hide nobody. Data in which
    nothing tells persons apart name no `person`; then every record is counted for one.
    """

    kind: Literal["assess_small_cells"]
    icon: ClassVar[str] = "⚠"
    meaning: ClassVar[str] = "counts the records in classes of quasi-identifiers below the threshold; an aggregate"
    input: str
    person: str | None = None
    quasi_identifiers: tuple[str, ...] = Spec(min_length=1)
    policy: str

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("input",), self.input),)

    def infer(self, scope: Scope) -> dict[str, Part]:
        part = scope.part(self.input, ("input",))
        columns = [scope.column(part, name, ("quasi_identifiers",), self.input) for name in self.quasi_identifiers]
        if self.person:
            columns.append(scope.column(part, self.person, ("person",), self.input))
        scope.decide(*columns)
        scope.policy(self.policy)
        origin = frozenset[str]().union(*(column.origin for column in columns if column))
        made = (Column(name, kind, "payload", False, origin, aggregate=True) for name, kind in REPORT)
        return {self.output_ref(): tuple(made)}

    def express(self, context: Context) -> dict[str, ir.Table]:
        threshold = context.threshold(self.policy)
        rows = take(context, self.input)
        classes = rows.group_by(list(self.quasi_identifiers)).aggregate(
            records=rows.count(), persons=rows[self.person].nunique() if self.person else rows.count()
        )
        below = classes["records"].sum(where=classes["persons"] < threshold)
        report = classes.aggregate(
            records=classes["records"].sum().fill_null(0).cast("int64"),
            classes=classes.count(),
            smallest_class=classes["persons"].min(),
            records_below_threshold=below.fill_null(0).cast("int64"),
        ).mutate(threshold=ibis.literal(threshold, "int64"))
        return {self.output_ref(): report.select(*(name for name, _ in REPORT))}
