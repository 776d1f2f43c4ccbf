"""construct: a source party computes a derived variable of the catalogue from its own tables."""

from __future__ import annotations

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.model import Catalog, Derived
from workbench.catalog.source import Loc
from workbench.dataflow.derived_variables import KEYS, compute
from workbench.dataflow.kinds.base import Context, Maker, Scope
from workbench.dataflow.schema import IBIS_TYPES, Column, Part


class Construct(Maker):
    """The variable as its algorithm in catalog/derived.yaml gives it, for all rows of the tables it is made from.

    `keys` (`new name: name in the algorithm`) are the columns kept of those that identify a row of the result. What
    is made from a flow's own tables (`derived.X` among its inputs) has formulas of `derive` instead.
    """

    kind: Literal["construct"]
    icon: ClassVar[str] = "λ"
    meaning: ClassVar[str] = "a source party computes a derived variable of the catalogue by its algorithm"
    variable: str
    tables: tuple[str, ...] = Spec(alias="from", min_length=1)
    keys: dict[str, str] = Spec(min_length=1)

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return tuple((("from", number), ref) for number, ref in enumerate(self.tables))

    def infer(self, scope: Scope) -> dict[str, Part]:
        entry = scope.catalog.derived.get(self.variable)
        known = [name for name, one in scope.catalog.derived.items() if one.algorithm]
        if entry is None or not entry.algorithm:
            why = f"catalog/derived.yaml has {', '.join(known)}"
            scope.find(("variable",), f"'{self.variable}' has no algorithm", why, "name one of these")
            return {self.output_ref(): ()}
        needed = {ref.rpartition(".")[0] for ref in entry.inputs}
        if needed != set(self.tables):
            why, todo = f"it is made from {', '.join(sorted(needed))}", "give exactly these under 'from'"
            if "derived" in needed:
                todo = "make it with a formula of 'derive'"
            scope.find(("from",), f"'{self.variable}' cannot be made from these tables", why, todo)
        columns = [self._key(new, old, entry, scope) for new, old in self.keys.items()]
        scope.deciding.update(entry.inputs, *(_keys(ref, scope.catalog) for ref in self.tables))
        columns.append(scope.named_column(self.variable, entry.type, frozenset(entry.inputs), ("variable",)))
        return {self.output_ref(): tuple(columns)}

    def _key(self, new: str, old: str, entry: Derived, scope: Scope) -> Column:
        at: Loc = ("keys", new)
        keys = KEYS[str(entry.algorithm)]
        if old not in keys:
            why = f"rows of {entry.algorithm} are told apart by {', '.join(keys)}"
            scope.find(at, f"'{old}' is no key of '{self.variable}'", why, "name one of these")
            return Column.unclear(new)
        for ref in self.tables:
            field = scope.catalog.field(f"{ref}.{old}")
            if field is not None:
                return Column.of_field(f"{ref}.{old}", field, scope.catalog, new)
        fields = ((ref, scope.catalog.field(ref)) for ref in entry.inputs)
        dates = frozenset(ref for ref, field in fields if field and field.type == "date")
        return scope.named_column(new, "integer", dates, at)

    def express(self, context: Context) -> dict[str, ir.Table]:
        rows = compute(self.variable, {ref: context.source(ref) for ref in self.tables}, context.catalog)
        value = rows["value"].cast(IBIS_TYPES[context.catalog.derived[self.variable].type])
        kept = {new: rows[old] for new, old in self.keys.items()}
        return {self.output_ref(): rows.select(**kept, **{self.variable: value})}


def _keys(ref: str, catalog: Catalog) -> set[str]:
    """The key fields of a source table, by which an algorithm may find its rows."""
    table = catalog.tables.get(ref)
    return {f"{ref}.{key}" for key in table.keys} if table else set()
