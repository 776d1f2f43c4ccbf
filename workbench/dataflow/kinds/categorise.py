"""categorise: a number becomes the class of a code list that it falls in, and is dropped."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import ClassVar, Literal, cast

import ibis
import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.base import Entry
from workbench.catalog.model import CodeList
from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Context, Scope
from workbench.dataflow.kinds.parts import Parts, PerPart, Tables, without
from workbench.dataflow.names import PartName
from workbench.dataflow.schema import Column, Part, find

Class = tuple[float, float, str]  # smallest and largest number, both included, and the code


class Classes(Entry):
    """A number and the code list with its classes."""

    source: str = Spec(alias="from")
    codes: str


class Categorise(PerPart):
    """The entries of the code list have bounds `lower` and `upper` (or `from` and `to`), both in the class.

    An empty bound means that the class is open there. A number in no class, and no number, give no class.
    """

    kind: Literal["categorise"]
    icon: ClassVar[str] = "≡"
    meaning: ClassVar[str] = "numbers become the classes of a code list; the numbers are dropped"
    classes: dict[PartName, dict[str, Classes]] = Spec(min_length=1)

    def named(self) -> Iterable[tuple[Loc, str]]:
        return ((("classes", name), name) for name in self.classes)

    def reshape(self, name: str, parts: Parts, scope: Scope) -> Part:
        wanted = self.classes.get(name, {})
        new = tuple(self._column(one, classes, name, parts[name], scope) for one, classes in wanted.items())
        gone = [classes.source for classes in wanted.values()]
        return without(parts[name], gone, new, ("classes", name), f"{self.output}.{name}", scope)

    def _column(self, new: str, classes: Classes, name: str, part: Part, scope: Scope) -> Column:
        at: Loc = ("classes", name, new)
        source = scope.column(part, classes.source, (*at, "from"), f"{self.input}.{name}")
        if source.known and source.type not in ("integer", "bigint"):
            why, todo = f"it is a {source.type}", "choose a whole number"
            scope.find((*at, "from"), f"'{source.name}' falls in no class", why, todo)
        codes = scope.catalog.codes.get(classes.codes)
        if codes is None:
            what, why = f"code list '{classes.codes}' does not exist", "catalog/codes has no such file"
            scope.find((*at, "codes"), what, why, "correct the name")
        for what, why, todo in _faults(codes) if codes else ():
            scope.find((*at, "codes"), what, why, todo)
        existing = find(part, new) if new == classes.source else None
        made = scope.named_column(new, "string", source.origin, at, existing)
        if codes and made.known and made.codes not in (None, classes.codes) and existing is None:
            why = f"its entry in catalog/derived.yaml says {made.codes}"
            scope.find((*at, "codes"), f"'{new}' has the classes of '{classes.codes}'", why, "correct one of the two")
        return made

    def rows(self, name: str, tables: Tables, context: Context) -> ir.Table:
        rows = tables[name]
        wanted = self.classes.get(name, {})
        gone = {classes.source for classes in wanted.values()}
        kept = {column: rows[column] for column in rows.columns if column not in gone}
        new = {
            one: _class_of(cast(ir.IntegerValue, rows[classes.source]), context.catalog.codes[classes.codes])
            for one, classes in wanted.items()
        }
        return rows.select(**kept, **new)


def bounds(codes: CodeList) -> list[Class]:
    """The classes of a code list from the lowest to the highest; entries without bounds are left out."""
    found: list[Class] = []
    for entry in codes.entries:
        said = entry.attributes
        for low, high in (("lower", "upper"), ("from", "to")):
            if low in said or high in said:
                lower, upper = said.get(low), said.get(high)
                least = float("-inf") if lower is None else float(lower)
                found.append((least, float("inf") if upper is None else float(upper), str(entry.code)))
                break
    return sorted(found)


def _faults(codes: CodeList) -> Iterable[tuple[str, str, str]]:
    """Why a code list does not give every number one class: each fault as what, why and what to do."""
    found = bounds(codes)
    if codes.kind != "values" or len(found) < len(codes.entries) or not found:
        what, why = f"'{codes.id}' has codes without bounds", "a class is a number from 'lower' to 'upper'"
        yield what, why, "choose a list of classes, or add the bounds"
    for (_, upper, one), (lower, _, other) in pairwise(found):
        if lower <= upper:
            yield f"classes {one} and {other} of '{codes.id}' overlap", "a number in both has no class", "correct them"
        elif lower > upper + 1:
            what = f"between classes {one} and {other} of '{codes.id}' is a gap"
            yield what, f"{upper + 1:g} has no class", "correct the bounds"


def _class_of(value: ir.IntegerValue, codes: CodeList) -> ir.Value:
    cases = [(_within(value, lower, upper), code) for lower, upper, code in bounds(codes)]
    return ibis.cases(*cases, else_=ibis.null("string"))


def _within(value: ir.IntegerValue, lower: float, upper: float) -> ir.BooleanValue:
    test = value.notnull()
    if lower != float("-inf"):
        test = test & (value >= int(lower))
    return test if upper == float("inf") else test & (value <= int(upper))
