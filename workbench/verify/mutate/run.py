"""Make every single fault in a study, and see which check or rule notices it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.catalog.load import without_collector
from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import StudyRule
from workbench.dataflow.graph import Flow
from workbench.errors import Problem
from workbench.study.load import StudyFile
from workbench.verify.check import check_model
from workbench.verify.mutate.faults import Fault
from workbench.verify.mutate.makers import MAKERS
from workbench.verify.mutate.mutant import Base, Mutant
from workbench.verify.mutate.reader import Reader
from workbench.verify.of_flow import knowledge_of
from workbench.verify.rules import FLOW_RULES

Hit = tuple[str, str]
More = Callable[[StudyFile, Catalog], Sequence[Problem]]
Stage = Literal["check", "rule", "exposure"]
Progress = Callable[[str, float], None]
LOUD = ("error", "warning")


@dataclass(frozen=True)
class Caught:
    """A mutant and what noticed it: problems of the study file, or rules; empty when nothing did."""

    mutant: Mutant
    stage: Stage | None
    by: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Score:
    """The mutants of a study, in the order of the catalogue of faults."""

    study: str
    results: tuple[Caught, ...]

    @property
    def caught(self) -> int:
        """Number of mutants that something noticed."""
        return sum(one.stage is not None for one in self.results)

    @property
    def share(self) -> float:
        """Share of mutants noticed; 1 when there was none to make."""
        return self.caught / len(self.results) if self.results else 1.0

    @property
    def survivors(self) -> tuple[Caught, ...]:
        """Mutants that nothing noticed."""
        return tuple(one for one in self.results if one.stage is None)


def mutate(
    flow: Flow,
    faults: Mapping[str, Fault],
    rules: Mapping[str, StudyRule],
    more: More | None = None,
    progress: Progress | None = None,
) -> Score:
    """Make every fault at every place of a flow and see what notices it.

    A fault counts as noticed when it makes a problem of the study file, or a finding of severity error or warning,
    that the sound study does not have. The stages come in order of cost, and the first that notices it ends them:
    the checks of the file, the rules of flows, checks of other layers (`more`), what parties can learn.
    """
    base = Base(flow)
    mutants = [mutant for id_ in faults for mutant in MAKERS[id_](base)]
    judge = _Judge(flow, rules, more)
    results = []
    with without_collector():  # it would go over the whole catalogue for every mutant
        for number, mutant in enumerate(mutants):
            if progress:
                progress(mutant.fault, number / len(mutants))
            results.append(judge(mutant))
    return Score(flow.study.study.id, tuple(results))


class _Judge:
    def __init__(self, flow: Flow, rules: Mapping[str, StudyRule], more: More | None) -> None:
        self.loud = {id_ for id_, rule in rules.items() if rule.severity in LOUD}
        self.reader = Reader(flow)
        self.more = more
        self.problems = {problem.what for problem in self.reader.read(flow.study.source.data)[1]}
        self.others = self._others(flow)
        self.hits = self._rules(flow)
        self.shown = self._exposure(flow)

    def __call__(self, mutant: Mutant) -> Caught:
        flow, problems = self.reader.read(mutant.data)
        new = [problem.what for problem in problems if problem.what not in self.problems]
        if new or flow is None:
            return Caught(mutant, "check", ("check",), new[0] if new else "the study cannot be read")
        hits = self._rules(flow) - self.hits
        if hits:
            return _by(mutant, "rule", hits)
        others = sorted(self._others(flow) - self.others)
        if others:
            return Caught(mutant, "check", ("check",), others[0])
        shown = self._exposure(flow) - self.shown
        return _by(mutant, "exposure", shown) if shown else Caught(mutant, None)

    def _others(self, flow: Flow) -> set[str]:
        return {problem.what for problem in self.more(flow.study, flow.catalog)} if self.more else set()

    def _rules(self, flow: Flow) -> set[Hit]:
        story = self.reader.story(flow)
        return {(id_, hit.what) for id_, check in FLOW_RULES.items() if id_ in self.loud for hit in check(story)}

    def _exposure(self, flow: Flow) -> set[Hit]:
        shown = check_model(knowledge_of(flow), flow.catalog, lambda name: 1)
        return {(id_, hit.what) for id_, hit in shown if id_ in self.loud}


def _by(mutant: Mutant, stage: Stage, hits: set[Hit]) -> Caught:
    first = min(hits)
    return Caught(mutant, stage, tuple(sorted({id_ for id_, _ in hits})), first[1])
