"""What is wrong with a draft, each finding at the field it concerns: as `study check` and `flow verify` find it.

A draft may lack anything: what can be read is looked at, and the rest is said to be missing. Beside these checks, a
section that no request can do without must not be empty: a study without steps is in order and asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.catalog.base import Lang
from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc
from workbench.catalog.study_rule import StudyRule, Words
from workbench.dataflow.graph import Flow, read_flow
from workbench.drafts.steps import step_of
from workbench.errors import Problem
from workbench.indicators.check import check_indicators
from workbench.study.load import StudyFile, read_study_text
from workbench.study.model import Study
from workbench.verify.check import Judged, check_flow

NAME = "study.yaml"
Weight = Literal["error", "warning", "note"]
# What an empty section is: nothing is asked without the first three; the others become open points of the request.
EMPTY: Mapping[str, Weight] = {
    "parties": "error", "flow": "error", "variables": "error",
    "legal_basis": "warning", "retention": "warning", "recipients": "warning",
}  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """A finding about a draft. `at` is the place of its field, `rule` the rule that found it where one did.

    `accepted` is set when the draft gives a reason for which it stays. `title` is what the rule is called in the
    language asked for; `why` and `todo` are in English unless `translated` names them.
    """

    weight: Weight
    at: Loc | None
    line: int
    what: str
    why: str
    todo: str
    rule: str = ""
    accepted: bool = False
    title: str = ""
    translated: frozenset[str] = frozenset()

    @property
    def step(self) -> str:
        """The step of the builder where it can be mended."""
        return step_of(self.at)


@dataclass(frozen=True)
class Judgement:
    """Everything found in a draft; `flow` is there as far as it can be understood."""

    remarks: tuple[Remark, ...]
    file: StudyFile | None
    flow: Flow | None
    problems: tuple[Problem, ...]
    judged: tuple[Judged, ...] = ()

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What keeps the draft from being submitted."""
        return tuple(one for one in self.remarks if one.weight == "error" and not one.accepted)

    @property
    def clean(self) -> bool:
        """Whether it may be submitted."""
        return not self.errors


def judge(text: str, catalog: Catalog, rules: Mapping[str, StudyRule], lang: Lang = "en") -> Judgement:
    """Check a draft. The rules of flows are asked once the file itself is in order: before, they would guess.

    What rules find is said in `lang` as far as the catalogue has their words in it.
    """
    file, problems = read_study_text(text, NAME, catalog)
    if file is None:
        found = tuple(sorted(set(problems)))
        return Judgement(tuple(_remark(one, {}) for one in found), None, None, found)
    places = _places(file)
    flow, more = read_flow(file, catalog)
    found = tuple(sorted({*problems, *more, *check_indicators(file, catalog)}))
    remarks = [*(_remark(one, places) for one in found), *_empty(file)]
    judged: tuple[Judged, ...] = ()
    if not any(one.severity == "error" for one in found) and file.study.flow:
        judged = check_flow(flow, rules)
        remarks += [_of_rule(one, places, rules, lang) for one in judged]
    return Judgement(tuple(dict.fromkeys(_ordered(remarks))), file, flow, found, judged)


def _empty(file: StudyFile) -> Iterator[Remark]:
    """Sections that stand in the file and hold nothing."""
    for section, weight in EMPTY.items():
        if file.source.data.get(section) == []:
            what, why = f"'{section}' is empty", "a request says this"
            yield Remark(weight, (section,), file.source.line((section,)), what, why, "add at least one")


def _ordered(remarks: Sequence[Remark]) -> list[Remark]:
    ranks = {"error": 0, "warning": 1, "note": 2}
    return sorted(remarks, key=lambda one: (one.accepted, ranks[one.weight], one.line, one.what))


def _places(file: StudyFile) -> dict[int, Loc]:
    """By line, the entry that begins there: of several, the one that holds the others."""
    places: dict[int, Loc] = {}
    for loc, line in file.source.lines.items():
        if loc and (line not in places or len(loc) < len(places[line])):
            places[line] = loc
    return places


def _remark(problem: Problem, places: Mapping[int, Loc]) -> Remark:
    at = problem.at
    if at is None and problem.file == NAME:
        at = places.get(problem.line)
    return Remark(problem.severity, at or None, problem.line, problem.what, problem.why, problem.todo)


def _of_rule(one: Judged, places: Mapping[int, Loc], rules: Mapping[str, StudyRule], lang: Lang) -> Remark:
    found = one.finding
    rule = rules[found.rule]
    said = {"why": _said(found.why, rule.reason, lang), "todo": _said(found.repair, rule.repair, lang)}
    why, todo = said["why"] or found.why, said["todo"] or found.repair
    translated = frozenset(name for name, words in said.items() if words)
    # What a study does not say has no line; the finding names the section that would say it.
    at = places.get(found.line) if found.line > 1 else (one.at,) if one.at in Study.model_fields else None
    accepted = one.accepted is not None
    title = rule.title[lang]
    return Remark(found.severity, at, found.line, found.what, why, todo, found.rule, accepted, title, translated)


def _said(words: str, of_rule: Words, lang: Lang) -> str | None:
    """The words of a rule in the language; None where they are not translated or the finding has words of its own."""
    return of_rule.in_language(lang) if words == of_rule.en.strip().rstrip(".") else None
