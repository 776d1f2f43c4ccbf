"""What being in a table tells of a person: that he or she was selected, or stands in a register of one disease."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.dataflow.graph import Flow
from workbench.dataflow.kinds import Step
from workbench.dataflow.schema import split_ref
from workbench.verify.facts import ATTRIBUTE, COHORT, Rule
from workbench.verify.forms import of_some
from workbench.verify.meanings import made_by

Tokens = frozenset[str]
NOTHING: Tokens = frozenset()


class Membership:
    """Tokens of whole tables. The study's population has one (`cohort`) when it is selected on something telling.

    A table made from others tells what they tell, unless it also has persons who are not in them: all inputs of a
    consolidation and the table of decoys must tell it, and of a link that keeps unmatched rows the left side.
    """

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.known = flow.catalog.knowledge
        study = flow.study.study
        gives = [self._given_away(one.field) for one in study.population.criteria]
        self.gives = NOTHING.union(*gives)
        self.cohort: str | None = COHORT + study.id if self.gives else None
        self._of: dict[str, Tokens] = {}
        for ref, one in made_by(flow).items():
            self._of[ref] = self._made(one.step, split_ref(ref)[1])

    def of(self, ref: str) -> Tokens:
        """What being in a part or source table tells."""
        if ref in self.flow.catalog.tables:
            entries = self.known.attributes.values()
            return frozenset(ATTRIBUTE + one.membership for one in entries if one.membership and ref in one.tables)
        return self._of.get(".".join(split_ref(ref)), NOTHING)

    def rules(self) -> tuple[Rule, ...]:
        """Who knows that a person is in the population knows why it was selected."""
        if self.cohort is None:
            return ()
        why = "the population of the study was selected on it"
        return (Rule("cohort", frozenset({self.cohort}), self.gives, why),)

    def _given_away(self, field: str) -> Tokens:
        entries = (self.known.attributes[one] for one in self.known.attributes_of(field))
        return frozenset(ATTRIBUTE + one.membership for one in entries if one.membership)

    def _made(self, step: Step, part: str) -> Tokens:
        raw = step.model_dump(by_alias=True)
        refs = [ref for _, ref in step.reads()]
        if step.kind == "select":
            body = raw["parts"][part]
            chosen = frozenset({self.cohort}) if raw["population"] and self.cohort else NOTHING
            # Rows kept for their code tell that code's kind wherever their person goes, also without the column.
            kept = (self._given_away(body["columns"][name]) for name in body["only"] if name in body["columns"])
            return self.of(body["from"][0]).union(chosen, *kept)
        if step.kind == "construct":
            # A row stands there for the codes by which the algorithm chose, though no code is left in it.
            entry = self.flow.catalog.derived.get(raw["variable"])
            return NOTHING.union(*map(self.of, refs), *map(self._given_away, entry.inputs if entry else ()))
        if step.kind == "link":
            left, right = self.of(raw["left"]), self.of(raw["right"])
            return left if raw["keep_unmatched"] else left | right
        if step.kind == "aggregate":
            return NOTHING if step.protects(self.flow.datasets) else of_some(self.of(refs[0]))
        if step.kind in ("consolidate", "add_decoys"):
            return _all([self.of(ref) for ref in refs])
        own = [f"{ref}.{part}" for ref in refs if f"{ref}.{part}" in self._of] or refs
        return NOTHING.union(*(self.of(ref) for ref in own))


def _all(told: Sequence[Tokens]) -> Tokens:
    return told[0].intersection(*told[1:]) if told else NOTHING
