"""rekey: one identifier is replaced by another through a concordance table; what has no partner falls out."""

from __future__ import annotations

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope, take
from workbench.dataflow.names import DatasetName
from workbench.dataflow.schema import Part, find


class Rekey(Maker):
    """Every part of the input carries the new identifier in the place of the old one."""

    kind: Literal["rekey"]
    icon: ClassVar[str] = "⇄"
    meaning: ClassVar[str] = "an identifier is replaced by another through a concordance table; the old one is gone"
    input: DatasetName
    output: DatasetName
    concordance: str
    old: str = Spec(alias="from")
    new: str = Spec(alias="to_identifier")

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return (("input",), self.input), (("concordance",), self.concordance)

    def infer(self, scope: Scope) -> dict[str, Part]:
        pairs = scope.part(self.concordance, ("concordance",))
        key = scope.column(pairs, self.old, ("from",), self.concordance)
        new = scope.column(pairs, self.new, ("to_identifier",), self.concordance)
        scope.decide(key, new)  # each pair once
        dataset = scope.datasets.get(self.input)
        if dataset is None:
            return {}
        made: dict[str, Part] = {}
        for name, part in dataset.parts.items():
            old = scope.column(part, self.old, ("from",), f"{self.input}.{name}")
            scope.decide(old)
            if old.known and key.known and old.type != key.type:
                why = f"it is {old.type} in {self.input}.{name} and {key.type} in {self.concordance}"
                scope.find(("from",), f"'{self.old}' cannot be looked up", why, "use the right concordance")
            if find(part, self.new):
                why = "the new identifier would stand there twice"
                scope.find(("to_identifier",), f"{self.input}.{name} has '{self.new}' already", why, "drop it first")
            made[f"{self.output}.{name}"] = tuple(new if one.name == self.old else one for one in part)
        return made

    def express(self, context: Context) -> dict[str, ir.Table]:
        pairs = take(context, self.concordance).select(self.old, self.new).distinct()
        made = {}
        for name, rows in context.parts(self.input).items():
            columns = [self.new if column == self.old else column for column in rows.columns]
            made[f"{self.output}.{name}"] = rows.join(pairs, self.old).select(*columns)
        return made
