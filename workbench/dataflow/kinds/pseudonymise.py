"""pseudonymise: a domain's issuer turns identifiers into keyed pseudonyms and keeps the named columns."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import ibis.expr.types as ir

from workbench.dataflow.kinds.base import Context, Scope, take
from workbench.dataflow.kinds.keyed import Keyed
from workbench.dataflow.schema import Column, Part
from workbench.study.model import Domain


class Pseudonymise(Keyed):
    """Evaluated once per distinct identifier, with a key that never leaves the issuer's vault."""

    kind: Literal["pseudonymise"]
    icon: ClassVar[str] = "※"
    meaning: ClassVar[str] = "the issuer of a domain turns each distinct identifier into a keyed pseudonym"

    def turned(self, part: Part, domain: Domain, scope: Scope) -> Column:
        if domain.issuer != self.actor and domain.issuer in scope.study.parties:
            why = f"only {domain.issuer} holds its key"
            what = f"{self.actor} does not issue {domain.id}"
            scope.find(("domain",), what, why, "let the issuer do this step")
        source = scope.column(part, domain.of, ("input",), self.input)
        if source.known and source.type not in ("string", "integer", "bigint"):
            why, todo = f"it is a {source.type}", "name an identifier under 'of' of the domain"
            scope.find(("input",), f"'{domain.of}' is no identifier", why, todo)
        entry = scope.catalog.derived.get(domain.id)
        if entry is None:
            what = f"'{domain.id}' has no entry in catalog/derived.yaml"
            scope.find(("domain",), what, "a reader must find what it is", "add it there")
            return Column.unclear(domain.id)
        # A pseudonym is the same person: it carries the origin of the identifier, and its domain beside it.
        origin = source.origin | {f"domain:{domain.id}"}
        return replace(Column.of_derived(entry, origin, scope.catalog), domain=domain.id)

    def express(self, context: Context) -> dict[str, ir.Table]:
        domain = context.study.domain(self.domain)
        assert domain is not None  # the graph was checked before it runs
        rows = take(context, self.input)
        concordance = context.concordance(rows, domain.of, domain.id)
        wide = concordance if set(self.keep) <= set(concordance.columns) else rows.join(concordance, domain.of)
        return {self.output_ref(): wide.select(*self.keep).distinct()}
