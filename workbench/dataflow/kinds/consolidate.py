"""consolidate: bring tables of the same columns together, keep some columns, or each row once."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope, take
from workbench.dataflow.schema import Column, Part


class Consolidate(Maker):
    """Rows of all inputs under the named columns (`new name: old name`); `distinct` keeps each row once."""

    kind: Literal["consolidate"]
    icon: ClassVar[str] = "∪"
    meaning: ClassVar[str] = "tables of the same columns are brought together; each row once where asked"
    inputs: tuple[str, ...] = Spec(min_length=1)
    columns: dict[str, str] = Spec(min_length=1)
    distinct: bool = False

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return tuple((("inputs", number), ref) for number, ref in enumerate(self.inputs))

    def infer(self, scope: Scope) -> dict[str, Part]:
        parts = [(ref, scope.part(ref, ("inputs", number))) for number, ref in enumerate(self.inputs)]
        made = []
        for new, old in self.columns.items():
            columns = [scope.column(part, old, ("columns", new), ref) for ref, part in parts]
            types = sorted({column.type for column in columns if column.known})
            if len(types) > 1:
                why, todo = f"the inputs give {', '.join(types)}", "recode one of them first"
                scope.find(("columns", new), f"'{old}' has several types", why, todo)
            domains = sorted({column.domain or "no identifier" for column in columns if column.known})
            if len(domains) > 1:
                why, todo = "one column would hide the identifiers of another", "give each its own column, or rekey"
                scope.find(("columns", new), f"'{old}' has several meanings: {', '.join(domains)}", why, todo)
            origin = frozenset[str]().union(*(column.origin for column in columns))
            sensitive = any(column.sensitive for column in columns)
            first = next((column for column in columns if column.known), Column.unclear(old))
            made.append(replace(first.named(new, scope.catalog), origin=origin, sensitive=sensitive))
        if self.distinct:
            scope.decide(*made)
        return {self.output_ref(): tuple(made)}

    def express(self, context: Context) -> dict[str, ir.Table]:
        tables = [take(context, ref) for ref in self.inputs]
        chosen = [table.select(**{new: table[old] for new, old in self.columns.items()}) for table in tables]
        rows = reduce(lambda one, other: one.union(other), chosen)
        return {self.output_ref(): rows.distinct() if self.distinct else rows}
