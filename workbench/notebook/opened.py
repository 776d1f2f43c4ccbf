"""One study in a notebook: its findings, flow, exposure and run, each an object that shows itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.catalog.card import Card
from workbench.errors import Problem, Problems, WorkbenchError
from workbench.main import checks, flows
from workbench.notebook import show
from workbench.notebook.exposed import Exposed
from workbench.notebook.sheet import Sheet, Shows, rows_of

if TYPE_CHECKING:
    from workbench.dataflow.graph import Flow
    from workbench.dataflow.schema import Dataset
    from workbench.notebook.desk import Desk, People
    from workbench.notebook.ran import Ran
    from workbench.verify import Model
    from workbench.verify.export import VerifyExport


class Findings(Shows):
    """Everything wrong in a study file, and when nothing is, what the rules find in its flow."""

    def __init__(self, study: str, problems: tuple[Problem, ...], rules: VerifyExport | None) -> None:
        self.study, self.problems, self.rules = study, problems, rules

    @property
    def fine(self) -> bool:
        """Whether no error stands that the study does not accept with a reason."""
        return self.rules is not None and self.rules.fine

    def __len__(self) -> int:
        standing = [one for one in self.rules.findings if one.accepted is None] if self.rules else []
        return len(self.problems) + len(standing)

    def sheet(self) -> Sheet:
        """Problems of the file; below them the rules, which are asked once the file can be read."""
        errors = sum(one.severity == "error" for one in self.problems)
        verdict = show.counted(errors, "error") if errors else "the file is in order"
        rows = ((show.SIGNS[p.severity], p.line, p.what, p.why, p.todo) for p in self.problems)
        facts = () if self.rules else (("the rules", "are asked when the file has no error"),)
        file = Card(f"{self.study}: {verdict}", facts, show.HEAD, rows_of(rows))
        return Sheet((file, *(show.verified(self.rules).parts if self.rules else ())))


class Datasets(Mapping[str, "Dataset"], Shows):
    """The datasets of a flow by name, with the columns inferred for them."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def __getitem__(self, name: str) -> Dataset:
        if name not in self.flow.datasets:
            raise WorkbenchError(f"There is no dataset '{name}'. The flow makes {', '.join(self.flow.datasets)}.")
        return self.flow.datasets[name]

    def __contains__(self, name: object) -> bool:
        return name in self.flow.datasets

    def __iter__(self) -> Iterator[str]:
        return iter(self.flow.datasets)

    def __len__(self) -> int:
        return len(self.flow.datasets)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def sheet(self) -> Sheet:
        """Name, parts and identifiers of each."""
        head = ("dataset", "parts", "columns", "identifiers")
        rows = (
            (name, ", ".join(filter(None, one.parts)), len(one.columns()),
             ", ".join(sorted({c.domain for part in one.parts.values() for c in part if c.domain})))
            for name, one in self.flow.datasets.items()
        )  # fmt: skip
        return Sheet((Card(f"{len(self)} datasets", (), head, rows_of(rows)),))


class Opened(Shows):
    """A study of the desk's catalogue. It is read when asked, and again when its file changed."""

    def __init__(self, desk: Desk, name: str) -> None:
        from workbench.study.load import find_study

        self.desk, self.name = desk, name
        self.file: Path = find_study(name, desk.root)
        self._as_of: tuple[int, int] | None = None

    @property
    def findings(self) -> Findings:
        """All problems of the file, or what the rules find in the flow."""
        return self._fresh("_findings")  # type: ignore[no-any-return]

    @property
    def flow(self) -> Flow:
        """The checked flow, which shows itself as a drawing. Raises `Problems` with everything wrong in the study."""
        return self._fresh("_flow")  # type: ignore[no-any-return]

    def _fresh(self, name: str) -> Any:
        """What is kept of the study, made anew when its file or the catalogue changed, by whatever editor."""
        now = self.desk.stamp(), self.file.stat().st_mtime_ns
        if now != self._as_of:
            for made in ("_findings", "_flow", "_model"):
                self.__dict__.pop(made, None)
            self._as_of = now
        return getattr(self, name)

    @cached_property
    def _findings(self) -> Findings:
        from workbench.catalog.study_rule import study_rules
        from workbench.verify.check import check_flow, unused
        from workbench.verify.export import export_judged

        flow, problems = checks.read_flow_of(self.name, self.desk.root, self.desk.facts)
        if flow is None or any(one.severity == "error" for one in problems):
            return Findings(self.name, tuple(problems), None)
        found = check_flow(flow, study_rules(self.desk.root))
        lost = (f"{one.rule} {one.at}" for one in unused(flow, found))
        return Findings(self.name, tuple(problems), export_judged(self.name, found, lost))

    @cached_property
    def _flow(self) -> Flow:
        flow, problems = checks.read_flow_of(self.name, self.desk.root, self.desk.facts)
        if flow is None or any(one.severity == "error" for one in problems):
            raise Problems(problems)
        return flow

    @property
    def datasets(self) -> Datasets:
        """Every dataset of the flow, with its columns."""
        return Datasets(self.flow)

    @property
    def text(self) -> str:
        """The study file as it stands."""
        return self.file.read_text(encoding="utf-8")

    def step(self, id_: str) -> Card:
        """A step as it is written. Raises `WorkbenchError` for one that the flow does not have."""
        known = {entry.step.id: entry for entry in self.flow.steps}
        if id_ not in known:
            raise WorkbenchError(f"There is no step '{id_}'. The flow has {', '.join(known)}.")
        entry = known[id_]
        words = {key: value for key, value in entry.step.model_dump().items() if value not in (None, (), {}, "")}
        facts = [(key, _plain(value)) for key, value in words.items() if key not in ("label", "cite", "id")]
        holds = ((party, ", ".join(sorted(held))) for party, held in entry.holdings.items() if held)
        title = f"step {entry.number + 1}: {entry.step.label.en}"
        return Card(title, tuple(facts), ("party", "holds afterwards"), rows_of(holds))

    def write(self, text: str) -> Findings:
        """Replace the file, and say what is wrong with it now. Raises `WorkbenchError` outside a copy."""
        self.desk.only_in_a_copy()
        self.file.write_text(text, encoding="utf-8")
        return self.findings

    def edit(self, old: str, new: str) -> Findings:
        """Put `new` in the place of `old` in the file. Raises `WorkbenchError` unless `old` stands there once."""
        self.desk.only_in_a_copy()
        times = self.text.count(old)
        if times != 1:
            raise WorkbenchError(f"The text to replace stands {times} times in {self.file.name}; give it once exactly.")
        return self.write(self.text.replace(old, new))

    @cached_property
    def _model(self) -> Model:
        from workbench.verify import knowledge_of

        return knowledge_of(self.flow)

    def exposure(self, *parties: str, step: int | None = None) -> Exposed:
        """What these parties can put together by a step (the last by default); of nobody named, the smallest coalitions
        for everything that must stay apart. Raises `WorkbenchError` for an unknown party or step.
        """
        return Exposed(flows.exposure_of(self._fresh("_model"), flows.Question(coalition=parties, step=step)))

    def run(self, people: People, engine: Literal["duckdb", "spark"] = "duckdb") -> Ran:
        """Run every step on these people; a run that stands there already is taken up.

        Raises `Problems` when the study is not in order, `Refused` when a step reaches for what its actor lacks.
        """
        from workbench.notebook.ran import run

        return run(self, people, engine)

    def sheet(self) -> Sheet:
        """What is asked, by whom, and how it stands."""
        found = self.findings
        if found.rules is None:
            return found.sheet()
        study = self.flow.study.study
        facts = (
            ("question", study.purpose.en),
            ("document", study.document),
            ("who", ", ".join(study.parties)),
            ("indicators", ", ".join(study.indicators) or "none"),
            ("findings", f"{len(found)} stand, see .findings" if len(found) else "none"),
            ("go on with", ".flow  .datasets  .step(...)  .exposure(...)  .run(people)"),
        )
        return Sheet((Card(f"{self.name}: {study.title.en}", facts),))


def _plain(value: Any) -> str:
    """Keys and values of a step in one line, as they are written in the file."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return str(value)
