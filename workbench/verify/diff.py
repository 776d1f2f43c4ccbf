"""What an amendment does to exposure: who can learn more or less, and which smallest coalitions come or go.

Both versions are closed as they stand; tables have other names in them, so only what they tell is compared. The
sources are left out: what they hold, they hold by another right. Membership of the population of either version
counts as the same knowledge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Literal

from pydantic import Field as Spec

from workbench.catalog.base import LANGUAGES, Entry, Label, Lang
from workbench.catalog.model import Catalog
from workbench.dataflow.graph import Flow
from workbench.verify.coalitions import coalitions
from workbench.verify.diff_words import Spoken, coalition_text, learned_text, nothing
from workbench.verify.facts import COHORT, SOME
from workbench.verify.model import Level, Model
from workbench.verify.of_flow import knowledge_of

Tokens = frozenset[str]
LEVELS: tuple[Level, ...] = ("party", "organisation")


class Learned(Entry):
    """What a party or organisation can bring together in one version only, with the part of it that is new."""

    level: Level
    name: str
    change: Literal["more", "less"]
    new: tuple[str, ...] = Spec(description="tokens that it could not, or can no longer, bring together with the rest")
    beside: tuple[str, ...] = Spec(description="tokens that stand together with them")
    text: Label


class Coalition(Entry):
    """A smallest coalition that reaches a target in one version only."""

    level: Level
    names: tuple[str, ...]
    change: Literal["appears", "disappears"]
    target: tuple[str, ...]
    derivation: tuple[str, ...] = Spec(description="the chain of joins, in the version that has it")
    text: Label


class ExposureChanges(Entry):
    """All differences in exposure from study `before` to study `after`."""

    before: str
    after: str
    learned: tuple[Learned, ...]
    coalitions: tuple[Coalition, ...]


def diff_exposure(before: Flow, after: Flow, size: int = 4) -> ExposureChanges:
    """What changes for parties, organisations and coalitions of at most `size` members."""
    return _Diff(knowledge_of(before), knowledge_of(after), after.catalog).run(size)


def to_json(changes: ExposureChanges) -> dict[str, Any]:
    """The changes as JSON; `ExposureChanges.model_json_schema()` is its schema."""
    return changes.model_dump(mode="json")


def describe(changes: ExposureChanges, lang: Lang) -> str:
    """One sentence per change; below a coalition, the chain that leads to the target."""
    lines = [one.text[lang] for one in changes.learned]
    for one in changes.coalitions:
        lines += [one.text[lang], *(f"    {link}" for link in one.derivation)]
    return "\n".join(lines or [nothing(lang)])


class _Diff:
    def __init__(self, before: Model, after: Model, catalog: Catalog) -> None:
        self.before, self.after = before, after
        self.spoken = Spoken(catalog)

    def run(self, size: int) -> ExposureChanges:
        learned = [one for level in LEVELS for one in self._learned(level)]
        found = [one for level in LEVELS for one in self._coalitions(level, size)]
        names = {"before": self.before.study, "after": self.after.study}
        return ExposureChanges(**names, learned=tuple(learned), coalitions=tuple(found))

    def _learned(self, level: Level) -> Iterator[Learned]:
        """An organisation is told apart from its parties only where their working together matters."""
        for name in _both(self.before.units(level), self.after.units(level)):
            old, new = self._knows(self.before, name, level), self._knows(self.after, name, level)
            for change, mine, other in (("more", new, old), ("less", old, new)):
                for fresh, beside in _beyond(mine, other):
                    if level == "organisation" and self._alone(name, fresh | beside, change == "more"):
                        continue
                    said = {lang: learned_text(self.spoken, name, change, fresh, beside, lang) for lang in LANGUAGES}
                    yield Learned(
                        level=level, name=name, change=change, new=tuple(sorted(fresh)), beside=tuple(sorted(beside)),
                        text=Label(**said),
                    )  # fmt: skip

    def _alone(self, body: str, tokens: Tokens, later: bool) -> bool:
        """Whether one party of the organisation brings these together by itself, so that it was told already."""
        model = self.after if later else self.before
        parties = model.members(body)
        return any(tokens <= cluster for party in parties for cluster in self._knows(model, party, "party"))

    def _knows(self, model: Model, name: str, level: Level) -> tuple[Tokens, ...]:
        members = frozenset(one for one in model.members(name, level) if one in model.parties)
        if not members or members & model.sources:
            return ()
        return tuple(_common(one.tokens, model) for one in model.exposure(members).clusters)

    def _coalitions(self, level: Level, size: int) -> Iterator[Coalition]:
        targets = {_common(one.tokens, model): None for model in (self.before, self.after) for one in model.targets}
        for target in targets:
            old, new = self._smallest(self.before, target, level, size), self._smallest(self.after, target, level, size)
            for change, model, found in (("appears", self.after, new - old), ("disappears", self.before, old - new)):
                for names in sorted(found, key=lambda one: (len(one), sorted(one))):
                    chain = self._chain(model, names, level, target)
                    said = {lang: coalition_text(self.spoken, names, change, target, lang) for lang in LANGUAGES}
                    yield Coalition(
                        level=level, names=tuple(sorted(names)), change=change, target=tuple(sorted(target)),
                        derivation=chain, text=Label(**said),
                    )  # fmt: skip

    @staticmethod
    def _smallest(model: Model, target: Tokens, level: Level, size: int) -> frozenset[Tokens]:
        found = coalitions(model, _own(target, model), level, size).found
        return frozenset(one for one in found if len(one) <= size)

    @staticmethod
    def _chain(model: Model, names: Collection[str], level: Level, target: Tokens) -> tuple[str, ...]:
        parties = frozenset[str]().union(*(model.members(name, level) for name in names))
        found = model.exposure(parties).reaches(_own(target, model))
        return tuple(found.lines()) if found else ()


def _both(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*one, *other]))


def _beyond(mine: Collection[Tokens], other: Collection[Tokens]) -> Iterator[tuple[Tokens, Tokens]]:
    """Of every largest cluster that no cluster of `other` covers: what the nearest one lacks, and what it has too."""
    told: set[tuple[Tokens, Tokens]] = set()
    for cluster in mine:
        if any(cluster <= one for one in other) or any(cluster < one for one in mine):
            continue
        near = max(other, key=lambda one: (len(one & cluster), sorted(one & cluster)), default=frozenset[str]())
        found = cluster - near, cluster & near
        if found not in told:
            told.add(found)
            yield found


def _common(tokens: Tokens, model: Model) -> Tokens:
    """Tokens with membership of this study's population under one name for both versions.

    What is told of some persons only adds nothing beside the same told of all.
    """
    kept = (one for one in tokens if not one.startswith(SOME) or one.removeprefix(SOME) not in tokens)
    return frozenset(COHORT if one == f"{COHORT}{model.study}" else one for one in kept)


def _own(tokens: Tokens, model: Model) -> Tokens:
    return frozenset(f"{COHORT}{model.study}" if one == COHORT else one for one in tokens)
