"""A study's flow as a graph: typed steps in order, the columns of every dataset, and who holds what when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from workbench.catalog.model import Catalog
from workbench.catalog.salvage import salvage
from workbench.catalog.source import Loc
from workbench.dataflow.holdings import Custody
from workbench.dataflow.kinds import KINDS, Scope, Step
from workbench.dataflow.order import Need, check_order
from workbench.dataflow.schema import Dataset, split_ref
from workbench.errors import Problem, Problems
from workbench.study.load import StudyFile

Holdings = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class FlowStep:
    """A step in its place: what it makes, and what every party holds after it."""

    number: int
    step: Step
    makes: tuple[str, ...]
    holdings: Holdings


@dataclass(frozen=True)
class Flow:
    """A checked dataflow."""

    study: StudyFile
    catalog: Catalog
    steps: tuple[FlowStep, ...]
    datasets: Mapping[str, Dataset]

    def step(self, id_: str) -> FlowStep:
        """The step of that name. Raises KeyError when there is none."""
        for entry in self.steps:
            if entry.step.id == id_:
                return entry
        raise KeyError(id_)


def compile_flow(study: StudyFile, catalog: Catalog) -> Flow:
    """The flow of a study; raises `Problems` with everything wrong in it, each with file and line."""
    flow, problems = read_flow(study, catalog)
    if problems:
        raise Problems(problems)
    return flow


def read_flow(study: StudyFile, catalog: Catalog) -> tuple[Flow, list[Problem]]:
    """The flow as far as it can be understood, and what is wrong with it."""
    return _Compiler(study, catalog).run()


class _Compiler:
    def __init__(self, study: StudyFile, catalog: Catalog) -> None:
        self.file = study
        self.study = study.study
        self.catalog = catalog
        # A copy, so that reading a flow twice finds the same twice.
        self.source = replace(study.source, problems=[], blanks=set(study.source.blanks))
        self.datasets: dict[str, Dataset] = {}
        # Datasets named by a step that is not clear itself: what follows from that is no news.
        self.unclear: set[str] = set()
        self.named: set[str] = set()
        self.custody = Custody(study.study.parties, catalog)

    def run(self) -> tuple[Flow, list[Problem]]:
        parsed = [(number, self._parse(number)) for number in range(len(self.study.flow))]
        steps = [(number, step) for number, step in parsed if step is not None]
        self.named = {split_ref(output)[0] for _, step in steps for output in step.output_names()}
        needs = [self._need(number, step) for number, step in steps]
        all_named = all(output != "" for need in needs for output in need.outputs)
        for number, loc, what, why, todo in check_order(needs, frozenset(self.unclear), all_named):
            self._problem(number, loc, what, why, todo)
        done = [self._place(number, step) for number, step in steps]
        if len(done) == len(self.study.flow) > 0 and all_named:
            self._ends({split_ref(output)[0] for need in needs for output in need.outputs} - set(self.datasets))
        return Flow(self.file, self.catalog, tuple(done), self.datasets), self.source.problems

    def _problem(self, number: int, loc: Loc, what: str, why: str, todo: str) -> None:
        self._at(("flow", number, *loc), f"step '{self.study.flow[number].id}': {what}", why, todo)

    def _at(self, loc: Loc, what: str, why: str, todo: str) -> None:
        if not self.source.left_out(loc):
            self.source.problems.append(self.source.problem(loc, what, why, todo))

    def _parse(self, number: int) -> Step | None:
        """The step as its kind, without what is wrong in it; None when its kind is not known."""
        spec = self.study.flow[number]
        raw = self.source.data["flow"][number]
        kind = KINDS.get(spec.kind)
        if kind is None:
            what, todo = f"'{spec.kind}' is no kind of step", f"choose from {', '.join(KINDS)}"
            self._problem(number, ("kind",), what, "nothing says what it would do", todo)
        at: Loc = ("flow", number)
        step = salvage(kind, raw, self.source, at) if kind is not None else None
        if step is None or step.actor not in self.study.parties or self.source.left_out_below(at):
            self.unclear |= {split_ref(word)[0] for word in _words(raw)}
        return step

    def _need(self, number: int, step: Step) -> Need:
        sources = {table.source for table in self.catalog.tables.values()}
        sources -= self.named  # a dataset may be called as the source it is made from
        reads = tuple((loc, ref) for loc, ref in step.reads() if not self._is_table(ref, sources))
        return Need(number, step.id, reads, step.output_names())

    def _is_table(self, ref: str, sources: set[str]) -> bool:
        return ref in self.catalog.tables or ref.partition(".")[0] in sources

    def _place(self, number: int, step: Step) -> FlowStep:
        """Infer what a step makes, and follow who holds what after it."""
        scope = Scope(self.study, self.catalog, self.datasets)
        made = {ref: part for ref, part in step.infer(scope).items() if split_ref(ref)[0]}
        found = [*scope.found, *self.custody.makes(step, list(made), self.datasets)]
        if step.actor in self.study.parties:
            found += self.custody.reads(step, self.datasets, self.unclear)
        for finding in found:
            self._problem(number, *finding)
        for ref, part in made.items():
            name, part_name = split_ref(ref)
            dataset = self.datasets.get(name, Dataset(name, {}, step.protects(self.datasets)))
            if part_name not in dataset.parts:
                self.datasets[name] = dataset.with_part(part_name, part)
        makes = tuple(dict.fromkeys(split_ref(ref)[0] for ref in made))
        self.custody.after(step, makes)
        return FlowStep(number, step, makes, self.custody.now())

    def _ends(self, unmade: set[str]) -> None:
        """What the study analyses, keeps and hands over must be there when the flow has ended."""
        study = self.study
        wanted: list[tuple[Loc, str, str]] = [
            (("recipients", number), recipient.party, recipient.receives)
            for number, recipient in enumerate(study.recipients)
        ]
        if study.analysis is not None:
            wanted.insert(0, (("analysis",), study.analysis.party, study.analysis.dataset))
        held = self.custody.now()
        for loc, party, name in wanted:
            if name not in held.get(party, frozenset()) and name not in unmade:
                why = f"it holds {', '.join(sorted(held.get(party, ()))) or 'nothing'}"
                self._at(loc, f"{party} does not hold '{name}' at the end", why, "deliver it, or correct the name")
        for number, kept in enumerate(study.retention):
            if kept.dataset not in self.datasets and kept.dataset not in unmade:
                what = f"dataset '{kept.dataset}' does not exist"
                self._at(("retention", number, "dataset"), what, "no step makes it", "correct the name")
        for name in study.datasets:
            if name not in self.datasets and name not in unmade:
                what = f"dataset '{name}' does not exist"
                self._at(("datasets", name), what, "no step makes it", "correct the name")


def _words(raw: object) -> Iterator[str]:
    """Every text below a raw entry."""
    if isinstance(raw, str):
        yield raw
    for child in raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ():
        yield from _words(child)
