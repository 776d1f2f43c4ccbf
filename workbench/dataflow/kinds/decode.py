"""decode: who holds the key of a reversible domain turns its pseudonyms back into what they stand for."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal, cast

import ibis.expr.types as ir

from workbench.catalog.base import Label
from workbench.dataflow.kinds.base import Context, Scope, take
from workbench.dataflow.kinds.keyed import Keyed
from workbench.dataflow.schema import Column, Part
from workbench.dataflow.written import field_of, written
from workbench.study.model import Domain


class Decode(Keyed):
    """A separate act with a purpose of its own, which the ledger keeps. Rows without a pseudonym fall out."""

    kind: Literal["decode"]
    icon: ClassVar[str] = "◊"
    meaning: ClassVar[str] = "the key of a reversible domain turns pseudonyms back into identifiers, for a purpose"
    purpose: Label
    column: str | None = None

    @property
    def coded(self) -> str:
        """The column with the pseudonyms: named as their domain, unless `column` says otherwise."""
        return self.column or self.domain

    def remarks(self) -> str:
        return self.purpose.en

    def turned(self, part: Part, domain: Domain, scope: Scope) -> Column:
        if not domain.reversible:
            why = "its pseudonyms are one-way, so no key turns them back"
            scope.find(("domain",), f"'{domain.id}' cannot be decoded", why, "declare it reversible if it is")
        if self.actor not in domain.keepers and self.actor in scope.study.parties:
            why = f"only {' and '.join(domain.keepers)} has it"
            scope.find(("domain",), f"{self.actor} has no key of '{domain.id}'", why, "let who has the key do this")
        coded = scope.column(part, self.coded, ("column",) if self.column else ("input",), self.input)
        if coded.known and coded.type not in ("string", "integer", "bigint"):
            why, todo = f"it is a {coded.type}", "choose the column with the pseudonyms"
            scope.find(("input",), f"'{coded.name}' cannot be decoded", why, todo)
        ref = field_of(domain.of, scope.catalog)
        field = scope.catalog.field(ref)
        origin = coded.origin - {f"domain:{domain.id}"}
        entry = scope.catalog.derived.get(domain.of)
        if entry is not None:  # the identifier is itself a pseudonym
            known = scope.study.domain(domain.of)
            made = Column.of_derived(entry, origin, scope.catalog)
            return replace(made, domain=known.id if known else made.domain)
        if field is None:
            why = "neither a field of the catalogue nor a derived variable has this name"
            scope.find(("domain",), f"what '{domain.of}' is, is not known", why, "correct 'of' of the domain")
            return Column.unclear(domain.of)
        return replace(Column.of_field(ref, field, scope.catalog), origin=origin)

    def express(self, context: Context) -> dict[str, ir.Table]:
        domain = context.study.domain(self.domain)
        assert domain is not None  # the graph was checked before it runs
        rows = take(context, self.input)
        pairs = context.identifiers(rows, self.coded, domain.id)
        value = written(cast(ir.IntegerValue, pairs[domain.of]), domain.of, context.catalog)
        named = pairs.select(self.coded, **{"$back": value})
        wide = rows.join(named, self.coded)
        kept = {name: wide["$back"] if name == domain.of else wide[name] for name in self.keep}
        return {self.output_ref(): wide.select(**kept).distinct()}
