"""split: identifiers and the rest of each record part ways; a reference made here is all they have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope, take
from workbench.dataflow.names import PartRef
from workbench.dataflow.schema import Column, Part, find, split_ref


class Split(Maker):
    """`output` has the reference and the identifiers, `rest` the reference and all other columns.

    The reference counts the records from 1 on in a random order, so it tells nothing of them; its domain is
    `ref:<step>`, so that the references of two splits are never taken for one.
    """

    kind: Literal["split"]
    icon: ClassVar[str] = "÷"
    meaning: ClassVar[str] = "identifiers and other columns of each record go apart, joined by a random reference only"
    input: str
    identifiers: tuple[str, ...] = Spec(min_length=1)
    reference: str
    rest: PartRef

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("input",), self.input),)

    def output_names(self) -> tuple[str, ...]:
        return self.output, self.rest

    @property
    def domain(self) -> str:
        """The identifier domain of the references that this step makes."""
        return f"ref:{self.id}"

    def infer(self, scope: Scope) -> dict[str, Part]:
        part = scope.part(self.input, ("input",))
        named = tuple(
            scope.column(part, name, ("identifiers", number), self.input)
            for number, name in enumerate(self.identifiers)
        )
        reference = self._reference(part, scope)
        others = tuple(column for column in part if column.name not in self.identifiers)
        if part and not others:
            why = f"{self.input} has no other column than {', '.join(self.identifiers)}"
            scope.find(("identifiers",), "nothing is left to travel apart", why, "send it whole, or name fewer")
        if find(part, self.reference):
            why = "the reference would stand there twice"
            scope.find(("reference",), f"{self.input} has '{self.reference}' already", why, "choose another name")
        if split_ref(self.output) == split_ref(self.rest):
            why = "both components would be one table"
            scope.find(("rest",), f"'{self.rest}' is made twice", why, "choose another name")
        return {self.output_ref(): (reference, *named), self.rest_ref: (reference, *others) if part else ()}

    def _reference(self, part: Part, scope: Scope) -> Column:
        entry = scope.catalog.derived.get(self.reference)
        kind = entry.type if entry and entry.type in ("integer", "bigint") else "bigint"
        made = scope.named_column(self.reference, kind, frozenset({f"domain:{self.domain}"}), ("reference",))
        return replace(made, domain=self.domain)

    @property
    def rest_ref(self) -> str:
        """`dataset.part` of the component without identifiers."""
        return ".".join(split_ref(self.rest))

    def express(self, context: Context) -> dict[str, ir.Table]:
        rows = take(context, self.input)
        numbered = context.numbered(rows, self.reference, self.id)
        others = [name for name in rows.columns if name not in self.identifiers]
        return {
            self.output_ref(): numbered.select(self.reference, *self.identifiers),
            self.rest_ref: numbered.select(self.reference, *others),
        }
