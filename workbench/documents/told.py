"""What a request is written from, and how its parts are called in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workbench.catalog.base import Cite, Label, Lang
from workbench.catalog.request import Words
from workbench.catalog.study_rule import StudyRule
from workbench.catalog.texts import Texts
from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.picture import Picture
from workbench.documents.dossier import Dossier, Estimate
from workbench.errors import Problem
from workbench.verify.check import Judged
from workbench.verify.diff_words import Spoken
from workbench.verify.model import Model

LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Use:
    """A variable that indicators read although its purposes do not name them."""

    ref: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A checked study with what the checker and the verifier say of it, in one language; `rules` are those by id.

    `unweighed` are uses of variables that nobody weighed, `problems` whatever else the checker remarks.
    """

    flow: Flow
    model: Model
    judged: Sequence[Judged]
    unweighed: Sequence[Use]
    problems: Sequence[Problem]
    words: Words
    rules: Mapping[str, StudyRule]
    dossier: Dossier
    estimate: Estimate | None
    t: Texts
    lang: Lang

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Printed number of each step; `4+` for one after step 4 without a number of its own."""
        return Picture(self.flow).numbers

    @cached_property
    def spoken(self) -> Spoken:
        """Parties and tokens of the verifier in words."""
        return Spoken(self.flow.catalog)

    def party(self, id_: str) -> str:
        return self.spoken.unit(id_, self.lang)

    def parties(self, ids: Sequence[str]) -> str:
        return ", ".join(map(self.party, ids))

    def listed(self, items: Iterable[str]) -> str:
        """Several things in one sentence, with the mark between them that the language writes."""
        return self.t("between").join(items)

    def organisation(self, name: str) -> str:
        return self._word(self.words.organisations, name)

    def dataset(self, ref: str) -> str:
        """A dataset by the name the study gives it for readers, beside its own name."""
        label = self.flow.study.study.datasets.get(ref)
        return f"{label[self.lang]} ({ref})" if label else ref

    def cited(self, cite: Cite) -> str:
        """Document and line, or document and key; notes of the catalogue are in English and stay there."""
        if cite.document == "own":
            return self.t("cite.own")
        if cite.line is not None:
            return self.t("cite", document=cite.document, line=cite.line)
        return self.t("cite.key", document=cite.document, place=cite.key) if cite.key else cite.document

    def term(self, years: int, event: str) -> str:
        """So many years after an event; until the event for none."""
        named = self._word(self.words.events, event)
        return self.t.count("term", years, event=named) if years else self.t("term.none", event=named)

    def transformation(self, name: str) -> str:
        return self._word(self.words.transformations, name)

    def purpose(self, name: str) -> str:
        """What a variable is used for: an indicator, a step of the flow, or a general purpose."""
        indicator = self.flow.catalog.indicators.get(name)
        if indicator is not None:
            return indicator.label[self.lang]
        if name in self.words.purposes:
            return self.words.purposes[name][self.lang]
        step = next((one.label for one in self.flow.study.study.flow if one.id == name), None)
        return step[self.lang] if step else name

    def number(self, entry: FlowStep) -> str:
        return self.numbers[entry.number]

    def field(self, ref: str) -> str:
        """A source field by its label."""
        field = self.flow.catalog.field(ref)
        return field.label[self.lang] if field else ref

    def rule(self, judged: Judged) -> str:
        """A finding by the title of its rule."""
        return self.rules[judged.finding.rule].title[self.lang]

    def column(self, name: str) -> str:
        """A derived variable by its label; any other column by its own name."""
        entry = self.flow.catalog.derived.get(name)
        return f"{name} ({entry.label[self.lang]})" if entry else name

    def _word(self, words: Mapping[str, Label], name: str) -> str:
        return words[name][self.lang] if name in words else name
