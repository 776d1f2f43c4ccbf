"""aggregate: rows become counts, sums and means of groups; nobody stands in the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import and_
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec
from pydantic import field_validator

from workbench.catalog.model import FieldType
from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope, take
from workbench.dataflow.schema import IBIS_TYPES, Column, Dataset, Part

Function = Literal["count_distinct", "sum", "mean"]
Measure = Literal["count"] | dict[Function, str]


class Aggregate(Maker):
    """One row per group of `by`. With a `policy`, groups below its threshold are left out.

    The size of a group is its number of rows, or of distinct `person`s where that column is named, and no
    `count_distinct` may lie below the threshold either.
    """

    kind: Literal["aggregate"]
    icon: ClassVar[str] = "Σ"
    meaning: ClassVar[str] = "rows become counts, sums or means of groups; small groups are left out where asked"
    input: str
    by: tuple[str, ...] = ()
    measures: dict[str, Measure] = Spec(min_length=1)
    person: str | None = None
    policy: str | None = None

    @field_validator("measures")
    @classmethod
    def _one_function_each(cls, measures: dict[str, Measure]) -> dict[str, Measure]:
        if any(isinstance(measure, dict) and len(measure) != 1 for measure in measures.values()):
            raise ValueError("a measure is count, or one of count_distinct, sum and mean with its column")
        return measures

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("input",), self.input),)

    def protects(self, datasets: Mapping[str, Dataset]) -> bool:
        return self.policy is not None

    def infer(self, scope: Scope) -> dict[str, Part]:
        part = scope.part(self.input, ("input",))
        groups = [self._group(name, number, part, scope) for number, name in enumerate(self.by)]
        counted = [scope.column(part, self.person, ("person",), self.input)] if self.person else []
        scope.decide(*groups, *counted)
        if self.policy:
            scope.policy(self.policy)
        made = [self._measure(name, measure, part, scope) for name, measure in self.measures.items()]
        return {self.output_ref(): tuple(replace(column, domain=None, aggregate=True) for column in (*groups, *made))}

    def _group(self, name: str, number: int, part: Part, scope: Scope) -> Column:
        column = scope.column(part, name, ("by", number), self.input)
        if _identifies(column, scope):
            why = "a group for each of them is no aggregate"
            scope.find(("by", number), f"'{name}' identifies one person or record", why, "group by something else")
        if name in self.measures:
            why = "the column would stand there twice"
            scope.find(("measures", name), f"'{name}' is a group and a measure", why, "choose another name")
        return column

    def _measure(self, name: str, measure: Measure, part: Part, scope: Scope) -> Column:
        at: Loc = ("measures", name)
        function, source = _parts(measure)
        kind: FieldType = "integer"
        origin = frozenset[str]().union(*(column.origin for column in part))
        if source is not None:
            column = scope.column(part, source, at, self.input)
            origin = column.origin
            if function == "count_distinct" and self.policy:
                scope.decide(column)  # a group with too few of them is left out
            if function != "count_distinct" and column.known and column.type not in ("integer", "decimal", "bigint"):
                why, todo = f"it is a {column.type}", "choose a number"
                scope.find(at, f"'{source}' has no {function}", why, todo)
            elif function != "count_distinct" and _identifies(column, scope):
                why = "of a group of one it would be the identifier itself"
                scope.find(at, f"'{source}' is an identifier and has no {function}", why, "count them, or leave it out")
            kind = "decimal" if function == "mean" or (function == "sum" and column.type == "decimal") else "integer"
        return scope.named_column(name, kind, origin, at)

    def express(self, context: Context) -> dict[str, ir.Table]:
        rows = take(context, self.input)
        values = {name: _value(rows, measure) for name, measure in self.measures.items()}
        sizes = dict(self._sizes(rows))
        groups = (rows.group_by(list(self.by)) if self.by else rows).aggregate(**values, **sizes)
        if self.policy:
            least = context.threshold(self.policy)
            groups = groups.filter(reduce(and_, (groups[size] >= least for size in sizes)))
        else:
            groups = groups.filter(groups["$size"] > 0)  # of no rows there is no group, not even one of all
        return {self.output_ref(): groups.select(*self.by, *self.measures)}

    def _sizes(self, rows: ir.Table) -> Iterator[tuple[str, ir.Value]]:
        yield "$size", rows[self.person].nunique() if self.person else rows.count()
        for name, measure in self.measures.items():
            if _parts(measure)[0] == "count_distinct":
                yield f"$size {name}", _value(rows, measure)


def _identifies(column: Column, scope: Scope) -> bool:
    """Whether a column tells persons, stays or records apart, and not hospitals or other bodies."""
    entry = scope.catalog.knowledge.identifiers.get(column.domain or "")
    personal = column.domain is not None and (entry is None or entry.personal)
    return personal or column.role in ("direct_identifier", "pseudonym")


def _parts(measure: Measure) -> tuple[str, str | None]:
    """Function and column of a measure."""
    return (measure, None) if isinstance(measure, str) else next(iter(measure.items()))


def _value(rows: ir.Table, measure: Measure) -> ir.Value:
    function, name = _parts(measure)
    if name is None:
        return rows.count().cast("int64")
    column = rows[name]
    if function == "count_distinct":
        return column.nunique().cast("int64")
    if function == "mean":
        return column.mean().cast("float64")
    decimal = column.type().is_floating()
    return column.sum().cast(IBIS_TYPES["decimal" if decimal else "integer"])
