"""protect: a year in person-level data is widened, or withheld, until every class is large enough."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field as Spec
from pydantic import field_validator

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Maker, Scope
from workbench.dataflow.names import DatasetName, PartName
from workbench.dataflow.schema import Column, Dataset, Part, find


class Protect(Maker):
    """A year is kept where enough persons share it, else widened to the start of a class, else withheld.

    Classes are the values of `within` and the coarsened year; their size is the number of distinct `person`s.
    Going from the narrowest width to the widest, a record keeps the first width at which the records not yet
    settled that share its class belong to at least `threshold` persons. What no width settles loses the year.
    Where such a remainder has fewer persons than the threshold it would stand out, so the smallest class of
    the same `within` joins it. (Withholding the whole of `within` instead would cost nearly every group its
    years: the very old or very young are few almost everywhere.) Without a `person` every record is one.
    """

    kind: Literal["protect"]
    icon: ClassVar[str] = "◈"
    meaning: ClassVar[str] = "a quasi-identifier is widened, or withheld, until every class has enough persons"
    input: DatasetName
    output: DatasetName
    part: PartName
    person: str | None = None
    within: tuple[str, ...]
    coarsen: str
    width_as: str
    widths: tuple[int, ...] = Spec(min_length=1)
    policy: str

    @field_validator("widths")
    @classmethod
    def _nested(cls, widths: tuple[int, ...]) -> tuple[int, ...]:
        steps = pairwise(widths)
        if widths[0] < 1 or any(wide <= narrow or wide % narrow for narrow, wide in steps):
            raise ValueError("widths go up, and each is a multiple of the one before")
        return widths

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("input",), self.input),)

    def infer(self, scope: Scope) -> dict[str, Part]:
        dataset = scope.datasets.get(self.input)
        if dataset is None:
            return {}
        where = f"{self.input}.{self.part}"
        part = scope.part(where, ("part",))
        if self.person:
            scope.decide(scope.column(part, self.person, ("person",), where))
        for number, name in enumerate(self.within):
            scope.decide(scope.column(part, name, ("within", number), where))
        year = scope.column(part, self.coarsen, ("coarsen",), where)
        if year.known and year.type != "integer":
            scope.find(("coarsen",), f"'{self.coarsen}' is a {year.type}", "years are widened", "choose a year")
        if find(part, self.width_as):
            why = "the width would stand there twice"
            scope.find(("width_as",), f"{where} has '{self.width_as}' already", why, "choose another name")
        scope.policy(self.policy)
        entry = scope.catalog.derived.get(self.width_as)
        if entry is None:
            what = f"'{self.width_as}' has no entry in catalog/derived.yaml"
            scope.find(("width_as",), what, "a reader must find what it means", "add it there")
        width = Column.of_derived(entry, year.origin, scope.catalog) if entry else Column.unclear(self.width_as)
        wider = (*part, width) if part else ()
        return {f"{self.output}.{name}": wider if name == self.part else old for name, old in dataset.parts.items()}

    def protects(self, datasets: Mapping[str, Dataset]) -> bool:
        return True

    def express(self, context: Context) -> dict[str, ir.Table]:
        parts = dict(context.parts(self.input))
        rows = parts[self.part]
        columns = rows.columns
        settled = self._settle(rows, context.threshold(self.policy))
        shown = settled.mutate(**{self.coarsen: settled["$class"], self.width_as: settled["$width"]})
        parts[self.part] = shown.select(*columns, self.width_as)
        return {f"{self.output}.{name}": table for name, table in parts.items()}

    def _settle(self, rows: ir.Table, threshold: int) -> ir.Table:
        """`rows` with `$width` and `$class`, empty where the year is withheld."""
        rows = rows.mutate(**{"$width": ibis.null("int64"), "$class": ibis.null("int64")})
        for width in self.widths:
            open_ = rows["$width"].isnull() & rows[self.coarsen].notnull()
            start = open_.ifelse((rows[self.coarsen] // width * width).cast("int64"), ibis.null("int64"))
            rows = rows.mutate(**{"$start": start})
            rows = self._persons(rows, "$enough", rows["$start"].notnull(), "$start")
            settles = rows["$start"].notnull() & (rows["$enough"] >= threshold)
            rows = rows.mutate(
                **{
                    "$width": settles.ifelse(ibis.literal(width, "int64"), rows["$width"]),
                    "$class": settles.ifelse(rows["$start"], rows["$class"]),
                }
            )
        kept = rows["$width"].notnull()
        rows = self._persons(rows, "$left", ~kept)
        rows = self._persons(rows, "$size", rows["$width"].notnull(), "$width", "$class")
        rows = rows.mutate(**{"$size": rows["$width"].notnull().ifelse(rows["$size"], ibis.null("int64"))})
        order = [rows["$size"].isnull(), rows["$size"], rows["$width"], rows["$class"]]
        rank = ibis.dense_rank().over(ibis.window(group_by=list(self.within), order_by=order))
        joins = rows["$left"].between(1, threshold - 1) & (rank == 0)
        gone = {name: joins.ifelse(ibis.null("int64"), rows[name]) for name in ("$width", "$class")}
        return rows.mutate(**gone)

    def _persons(self, rows: ir.Table, name: str, where: ir.BooleanValue, *by: str) -> ir.Table:
        """`rows` with column `name`: the distinct persons of the rows `where`, per `within` and `by`.

        The highest rank is the number of distinct values; not every engine counts distinct values over a window.
        """
        group = [*self.within, *by]
        if self.person is None:
            counted = where.cast("int64").sum().over(ibis.window(group_by=group))
            return rows.mutate(**{name: counted})
        rows = rows.mutate(**{"$person": where.ifelse(rows[self.person], ibis.null(rows[self.person].type()))})
        order = [rows["$person"].isnull(), rows["$person"]]
        rows = rows.mutate(**{"$rank": ibis.dense_rank().over(ibis.window(group_by=group, order_by=order)) + 1})
        ranks = rows["$person"].notnull().ifelse(rows["$rank"], ibis.literal(0, "int64"))
        return rows.mutate(**{name: ranks.max().over(ibis.window(group_by=group))})
