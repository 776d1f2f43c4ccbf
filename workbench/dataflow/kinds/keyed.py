"""Base of the kinds that use the key of a pseudonym domain, one way or the other."""

from __future__ import annotations

from abc import abstractmethod

from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Maker, Scope
from workbench.dataflow.schema import Column, Part
from workbench.study.model import Domain


class Keyed(Maker):
    """One column of `input` is turned into another by the key of `domain`; `keep` names the columns of the result."""

    input: str
    domain: str
    keep: tuple[str, ...] = Spec(min_length=1)

    @abstractmethod
    def turned(self, part: Part, domain: Domain, scope: Scope) -> Column:
        """The column that the key gives, with a finding for everything that stands against it."""

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("input",), self.input),)

    def uses_keys(self) -> tuple[str, ...]:
        return (self.domain,)

    def infer(self, scope: Scope) -> dict[str, Part]:
        part = scope.part(self.input, ("input",))
        domain = scope.study.domain(self.domain)
        if domain is None:
            self._undeclared(scope)
            part = ()  # which of the columns to keep is the one that the key gives is not clear
        made = self.turned(part, domain, scope) if domain else Column.unclear(self.domain)
        columns = []
        for number, name in enumerate(self.keep):
            columns.append(made if name == made.name else scope.column(part, name, ("keep", number), self.input))
        scope.decide(made, *columns)  # each row once, and rows without the identifier fall out
        return {self.output_ref(): tuple(columns)}

    def _undeclared(self, scope: Scope) -> None:
        """A finding, unless the domain may be one that is declared without a valid name."""
        names = [known.id for known in scope.study.domains]
        if all(names):
            what, why = f"pseudonym domain '{self.domain}' is not declared", f"the study declares {', '.join(names)}"
            scope.find(("domain",), what, why if names else "the study declares none", "declare it under 'domains'")
