"""derive: variables are computed from others by named formulas, and columns no longer needed are dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.base import Entry
from workbench.catalog.source import Loc
from workbench.dataflow.formula_names import BY_NAME, parse
from workbench.dataflow.formulas import Formula
from workbench.dataflow.kinds.base import Context, Maker, Scope
from workbench.dataflow.names import DatasetName, PartName
from workbench.dataflow.schema import Column, Part, find


class Change(Entry):
    """What one part gains (`new column: formula`, in this order) and loses."""

    add: dict[str, dict[str, Any]] = Spec(default_factory=dict)
    drop: tuple[str, ...] = ()


class Derive(Maker):
    """`parts` say what each part gains and loses; parts not named pass unchanged.

    Parts are computed in the order they are named. `key` identifies a row of an earlier part: formulas of
    later parts reach its columns (`stay.Opnamedag`) through it.
    """

    kind: Literal["derive"]
    icon: ClassVar[str] = "ƒ"
    meaning: ClassVar[str] = "variables are computed by named formulas; columns no longer needed are dropped"
    input: DatasetName
    output: DatasetName
    key: tuple[str, ...] = ()
    parts: dict[PartName, Change]

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("input",), self.input),)

    def infer(self, scope: Scope) -> dict[str, Part]:
        dataset = scope.datasets.get(self.input)
        if dataset is None:
            return {}
        for name in self.parts:
            if name not in dataset.parts:
                why = f"its parts are {', '.join(dataset.parts)}"
                scope.find(("parts", name), f"{self.input} has no part '{name}'", why, "correct the name")
        made: dict[str, Part] = {}
        full: dict[str, Part] = {}
        for name in self._in_order(dataset.parts):
            full[name] = self._widened(name, dataset.parts[name], full, scope)
            drop = self._change(name).drop
            for number, gone in enumerate(drop):
                if full[name] and find(full[name], gone) is None:
                    why = f"{name} has {', '.join(column.name for column in full[name])}"
                    at = ("parts", name, "drop", number)
                    scope.find(at, f"'{gone}' is not there to drop", why, "correct the name")
            made[f"{self.output}.{name}"] = tuple(one for one in full[name] if one.name not in drop)
        return {f"{self.output}.{name}": made[f"{self.output}.{name}"] for name in dataset.parts}

    def _widened(self, name: str, part: Part, full: dict[str, Part], scope: Scope) -> Part:
        known = bool(part)  # of a part that is not known nothing can be missing, neither before nor after
        for new, spec in self._change(name).add.items():
            column = self._column(new, spec, ("parts", name, "add", new), part, full, scope)
            if not known:
                continue
            if find(part, new):
                part = tuple(column if old.name == new else old for old in part)
            else:
                part = (*part, column)
        return part

    def _column(
        self, new: str, spec: dict[str, Any], at: Loc, part: Part, full: dict[str, Part], scope: Scope
    ) -> Column:
        formula, trouble = parse(spec)
        if formula is None:
            todo = f"use one of {', '.join(BY_NAME)}"
            scope.find(at, f"'{new}' has no formula that can be computed", trouble, todo)
            return Column.unclear(new)
        origin: set[str] = set()
        grouped = bool(part)
        for name, types in formula.takes().items():
            found = self._read(name, at, part, full, scope)
            grouped &= found.aggregate
            if found.known and found.type not in types:
                why = f"{next(iter(spec))} needs {' or '.join(types)}"
                scope.find(at, f"'{name}' is a {found.type}", why, "choose another column or formula")
            origin |= found.origin
            if formula.looks_around:
                scope.decide(found)  # the other rows that it finds are found by these
        made = scope.named_column(new, formula.type, frozenset(origin), at, find(part, new))
        return replace(made, aggregate=grouped)

    def _read(self, name: str, at: Loc, part: Part, full: dict[str, Part], scope: Scope) -> Column:
        other, dot, column = name.partition(".")
        if not dot:
            return scope.column(part, name, at, self.input)
        if other not in full:
            why = f"the parts before are {', '.join(full) or 'none'}"
            scope.find(at, f"'{name}' is in no earlier part", why, "correct the part, or name its part first")
            return Column.unclear(column)
        if not self.key:
            why = "'key' identifies its row"
            scope.find(at, f"'{name}' cannot be reached", why, "add 'key' to the step")
        for key in self.key:
            for where, columns in ((other, full[other]), (str(at[1]), part)):
                scope.decide(scope.column(columns, key, ("key",), f"{self.input}.{where}"))
        return scope.column(full[other], column, at, f"{self.input}.{other}")

    def express(self, context: Context) -> dict[str, ir.Table]:
        parts = context.parts(self.input)
        made: dict[str, ir.Table] = {}
        full: dict[str, ir.Table] = {}
        for name in self._in_order(parts):
            rows = parts[name]
            around: ir.Table | None = None  # the rows as last computed, with the columns they had then
            for new, spec in self._change(name).add.items():
                formula, trouble = parse(spec)
                assert formula is not None, trouble  # the graph was checked before it runs
                for other in {read.partition(".")[0] for read in formula.reads() if "." in read}:
                    rows = self._beside(rows, other, full[other], formula)
                if formula.looks_around and (around is None or not set(formula.reads()) <= set(around.columns)):
                    rows = around = context.keep(rows)
                rows = formula.apply(rows, new, around)
                if around is not None and new in around.columns:
                    around = None  # it has the column as it was
            full[name] = rows = context.keep(rows) if name in self._asked_for() else rows
            gone = {*self._change(name).drop, *(column for column in rows.columns if "." in column)}
            made[f"{self.output}.{name}"] = rows.select(*(one for one in rows.columns if one not in gone))
        return made

    def _beside(self, rows: ir.Table, other: str, table: ir.Table, formula: Formula) -> ir.Table:
        """`rows` with the columns of another part that a formula reads, under their dotted names."""
        wanted = [one for one in formula.reads() if one.startswith(f"{other}.") and one not in rows.columns]
        if not wanted:
            return rows
        needed = table.select(*self.key, **{read: table[read.partition(".")[2]] for read in wanted}).distinct()
        return rows.left_join(needed, list(self.key)).select(*rows.columns, *wanted)

    def _asked_for(self) -> frozenset[str]:
        """Parts whose columns formulas of other parts read."""
        formulas = [parse(spec)[0] for change in self.parts.values() for spec in change.add.values()]
        reads = [read for formula in formulas if formula for read in formula.reads()]
        return frozenset(read.partition(".")[0] for read in reads if "." in read)

    def _change(self, part: str) -> Change:
        return self.parts.get(part, Change())

    def _in_order(self, parts: Iterable[str]) -> list[str]:
        present = list(parts)
        named = [name for name in self.parts if name in present]
        return [*named, *(name for name in present if name not in named)]
