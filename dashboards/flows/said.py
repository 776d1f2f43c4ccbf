"""What the verifier found, in the words of a language: tokens, tables, and the chain of joins as sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dashboards.flows.moments import step_at
from dashboards.flows.opened import OpenedStudy
from dashboards.texts import Texts
from workbench.catalog.base import Lang
from workbench.verify import Derivation, Key, Target
from workbench.verify.diff_words import Spoken
from workbench.verify.facts import ID
from workbench.verify.trace import Evidence, Link


@dataclass(frozen=True)
class Said:
    """Sentences about one study in one language."""

    study: OpenedStudy
    t: Texts

    @property
    def lang(self) -> Lang:
        lang: Lang = self.t.lang  # type: ignore[assignment]
        return lang

    def party(self, id_: str) -> str:
        """A party as its label says it; an unknown one by its id."""
        entry = self.study.flow.catalog.parties.get(id_)
        return entry.label[self.t.lang] if entry else id_

    def token(self, token: str) -> str:
        """An identifier by the short name that documents use, a fact by its label."""
        if token.startswith(ID):
            return token[len(ID) :]
        return Spoken(self.study.flow.catalog).token(token, self.lang).replace("_", " ")

    def tokens(self, tokens: Collection[str]) -> str:
        """Several, identifiers first."""
        ordered = sorted(tokens, key=lambda one: (not one.startswith(ID), one))
        return " + ".join(self.token(one) for one in ordered)

    def target(self, target: Target) -> str:
        """What should not come together."""
        known = self.study.flow.catalog.knowledge.targets.get(target.id)
        return known.label[self.t.lang] if known else self.tokens(target.tokens)

    def dataset(self, item: str) -> str:
        """A table or part by its own name: `linked.stay`, and `linked` when it has one part."""
        return item.removesuffix(".rows")

    def step(self, number: int) -> str:
        """A step by its number and what happens in it."""
        entry = step_at(self.study, number)
        return f"{number} ({entry.step.label[self.t.lang]})" if entry else str(number)

    def chain(self, found: Derivation) -> Iterator[str]:
        """What is held, what is joined on what, and what follows, in an order in which each can be checked."""
        for one in found.evidence:
            yield self._held(one)
        for link in found.links:
            yield self._link(link)
        share = found.certainty
        end = self.t("chain.end", tokens=self.tokens(found.target))
        if share is None:
            end += " " + self.t("chain.some")
        elif share < 1:
            end += " " + self.t("chain.share", share=self.t.percent(share, 0))
        yield end

    def _held(self, one: Evidence) -> str:
        t, who = self.t, self.party(one.party) if one.party != "*" else self.t("chain.everybody")
        when = t("chain.before") if one.prior else t("chain.since", step=self.step(one.since))
        if one.until is not None:
            when += t("chain.until", step=self.step(one.until))
        if isinstance(one, Key):
            return t("chain.key", who=who, domain=one.domain, of=one.of, when=when)
        return t("chain.holds", who=who, table=self.dataset(one.item.name), when=when)

    def _link(self, link: Link) -> str:
        t, catalog = self.t, self.study.flow.catalog
        left = " + ".join(map(self.dataset, link.left))
        if link.kind == "rule":
            known = self.tokens(link.right)
            if link.by.startswith("key:"):
                return t(
                    "chain.by_key",
                    table=left,
                    domain=link.by.removeprefix("key:"),
                    known=known,
                    gives=self.tokens(link.gives),
                )
            return t("chain.by_rule", table=left, known=known, gives=self.tokens(link.gives))
        right = " + ".join(map(self.dataset, link.right))
        if link.kind == "identifier":
            return t("chain.joins", left=left, right=right, by=link.by)
        quasi = catalog.knowledge.quasi_keys.get(link.by.partition(" ")[0])
        return t("chain.joins_quasi", left=left, right=right, by=quasi.label[t.lang] if quasi else link.by)
