"""add_decoys: persons who are not in a list are added to it, so that standing in it proves nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal, cast

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope, take
from workbench.dataflow.schema import Part, split_ref


class AddDecoys(Maker):
    """For every person in the list, `per_person` others of the actor's own table, chosen at random.

    All columns of the list come from that table under their own names: a decoy with an empty column would be
    known by it. Where the table has too few others, all of them are added.
    """

    kind: Literal["add_decoys"]
    icon: ClassVar[str] = "±"
    meaning: ClassVar[str] = "persons who are not in a list are added, so that being in it proves no membership"
    input: str
    table: str = Spec(alias="from")
    column: str
    per_person: int = Spec(default=1, ge=1)

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return (("input",), self.input), (("from",), self.table)

    def infer(self, scope: Scope) -> dict[str, Part]:
        part = scope.part(self.input, ("input",))
        table = scope.catalog.tables.get(self.table)
        if table is not None and self.actor not in table.holders:
            table = None  # reported by the graph, which knows who holds what
        scope.decide(scope.column(part, self.column, ("column",), self.input))
        scope.deciding.add(f"domain:ref:{self.id}")  # the place of each in a drawn order
        made = []
        for column in part:
            field = table.field(column.name) if table else None
            if table and field is None:
                what = f"'{column.name}' is no field of {self.table}"
                why = "it would be empty for the decoys, and give them away"
                scope.find(("from",), what, why, "drop the column first, or take another table")
            if field and column.known and field.type != column.type:
                why = f"it is {column.type} in {self.input} and {field.type} in {self.table}"
                scope.find(("from",), f"'{column.name}' has two types", why, "take another table")
            made.append(replace(column, origin=column.origin | {f"{self.table}.{column.name}"}))
            scope.decide(made[-1])  # records are told apart by all of them
        if split_ref(self.table)[0] in scope.datasets:
            what, why = f"'{self.table}' is no source table", "decoys are taken from records of the actor"
            scope.find(("from",), what, why, "name a table of the catalogue")
        return {self.output_ref(): tuple(made)}

    def express(self, context: Context) -> dict[str, ir.Table]:
        rows = take(context, self.input)
        others = context.source(self.table).select(*rows.columns).distinct()
        others = others.filter(others[self.column].notnull()).anti_join(rows, self.column)
        # One record for each decoy, or who stands in the table twice would take the place of two.
        first = others.group_by(self.column).aggregate(
            **{name: others[name].min() for name in rows.columns if name != self.column}
        )
        numbered = context.numbered(first.select(*rows.columns), "$place", self.id)
        wanted = rows.aggregate(**{"$wanted": rows[self.column].nunique() * self.per_person})
        beside = numbered.cross_join(wanted)
        chosen = beside.filter(cast(ir.IntegerColumn, beside["$place"]) <= beside["$wanted"])
        return {self.output_ref(): rows.union(chosen.select(*rows.columns))}
