"""Base of the kinds that change some parts of a dataset, each by itself, and let the others pass."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping

import ibis.expr.types as ir

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope
from workbench.dataflow.names import DatasetName
from workbench.dataflow.schema import Part, find

Parts = Mapping[str, Part]
Tables = Mapping[str, ir.Table]


class PerPart(Maker):
    """`input` and `output` are whole datasets; the kind says what becomes of the parts it names."""

    input: DatasetName
    output: DatasetName

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("input",), self.input),)

    @abstractmethod
    def named(self) -> Iterable[tuple[Loc, str]]:
        """Parts that the step changes or leaves out, with their place in the step."""

    @abstractmethod
    def reshape(self, name: str, parts: Parts, scope: Scope) -> Part | None:
        """Columns of part `name` after the step; None when the part is left out."""

    @abstractmethod
    def rows(self, name: str, tables: Tables, context: Context) -> ir.Table | None:
        """Rows of part `name` after the step; None when the part is left out."""

    def infer(self, scope: Scope) -> dict[str, Part]:
        dataset = scope.datasets.get(self.input)
        if dataset is None:
            return {}
        for loc, name in self.named():
            if name not in dataset.parts:
                why = f"its parts are {', '.join(dataset.parts)}"
                scope.find(loc, f"{self.input} has no part '{name}'", why, "correct the name")
        made: dict[str, Part] = {}
        for name, before in dataset.parts.items():
            part = self.reshape(name, dataset.parts, scope) if before else before
            if part is not None:
                made[f"{self.output}.{name}"] = part
            if before and part == ():
                what = f"{self.output}.{name} would have no column"
                scope.find(("output",), what, f"the step takes all of {self.input}.{name}", "leave out the part")
        if not made:
            what, why = f"'{self.output}' would have no part", f"the step takes all of {self.input}"
            scope.find(("output",), what, why, "destroy the dataset instead, or keep a part")
        return made

    def express(self, context: Context) -> dict[str, ir.Table]:
        tables = context.parts(self.input)
        made = ((name, self.rows(name, tables, context)) for name in tables)
        return {f"{self.output}.{name}": rows for name, rows in made if rows is not None}


def without(part: Part, gone: Iterable[str], new: Part, loc: Loc, where: str, scope: Scope) -> Part:
    """`part` without the columns `gone` and with `new` ones at the end; a finding for a name that stands twice."""
    kept = tuple(column for column in part if column.name not in set(gone))
    for column in new:
        if find(kept, column.name):
            why = "the new column would stand there twice"
            scope.find((*loc, column.name), f"{where} has '{column.name}' already", why, "choose another name")
    return (*kept, *new)
