"""drop: columns or whole parts are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Scope
from workbench.dataflow.kinds.parts import Parts, PerPart, Tables
from workbench.dataflow.names import PartName
from workbench.dataflow.schema import Dataset, Part


class Drop(PerPart):
    """What is not named passes as it is; no row is left out of what remains."""

    kind: Literal["drop"]
    icon: ClassVar[str] = "∅"
    meaning: ClassVar[str] = "columns, or whole parts, are left out"
    columns: dict[PartName, tuple[str, ...]] = Spec(default_factory=dict)
    parts: tuple[PartName, ...] = ()

    def named(self) -> Iterable[tuple[Loc, str]]:
        yield from ((("columns", name), name) for name in self.columns)
        yield from ((("parts", number), name) for number, name in enumerate(self.parts))

    def infer(self, scope: Scope) -> dict[str, Part]:
        if not self.parts and not any(self.columns.values()):
            what, why = "nothing is dropped", "neither 'columns' nor 'parts' names anything"
            scope.find(("input",), what, why, "name what is to go, or leave out the step")
        for number, name in enumerate(self.parts):
            if name in self.columns:
                why = "the whole part goes, and some of its columns"
                scope.find(("parts", number), f"'{name}' is named twice", why, "keep one of the two")
        return super().infer(scope)

    def reshape(self, name: str, parts: Parts, scope: Scope) -> Part | None:
        gone = self.columns.get(name, ())
        for number, column in enumerate(gone):
            scope.column(parts[name], column, ("columns", name, number), f"{self.input}.{name}")
        return None if name in self.parts else tuple(one for one in parts[name] if one.name not in gone)

    def protects(self, datasets: Mapping[str, Dataset]) -> bool:
        before = datasets.get(self.input)
        return before is not None and before.protected

    def rows(self, name: str, tables: Tables, context: Context) -> ir.Table | None:
        return None if name in self.parts else tables[name].drop(*self.columns.get(name, ()))
