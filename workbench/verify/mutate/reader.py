"""Read a mutant: as any study is read, but what it shares with the sound study is not read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workbench.catalog.salvage import salvage
from workbench.catalog.source import SourceFile
from workbench.dataflow.graph import Flow, read_flow
from workbench.errors import Problem
from workbench.study.check import check_study
from workbench.study.load import StudyFile
from workbench.study.model import StepSpec, Study
from workbench.verify.mutate.data import Data
from workbench.verify.rules.story import Story

BESIDE_FLOW = frozenset({"variables", "conditions", "rights", "hosting", "scra", "targets"})  # no step depends on them
MAKE_NOTHING = frozenset({"send", "grant_access", "feed_back", "publish", "destroy", "log", "approve"})
ADAPTERS: dict[str, TypeAdapter[Any]] = {
    field.alias or name: TypeAdapter(field.annotation or Any) for name, field in Study.model_fields.items()
}
NAMES = {field.alias or name: name for name, field in Study.model_fields.items()}


class Reader:
    """Reads studies that differ little from one that is sound."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.data: Data = flow.study.source.data
        self.base = Story(flow)
        self.specs = {id(raw): spec for raw, spec in zip(self.data["flow"], flow.study.study.flow, strict=True)}
        self.makers = self._makers(self.data)

    def read(self, data: Data) -> tuple[Flow | None, list[Problem]]:
        """The flow of a study given as data, and everything wrong with it."""
        source = replace(self.flow.study.source, data=data, problems=[], blanks=set())
        changed = [key for key in {**self.data, **data} if data.get(key) is not self.data.get(key)]
        study = self._study(data, changed, source)
        if study is None:
            return None, source.problems
        file = StudyFile(study, source, self.flow.study.path)
        problems = [*source.problems, *check_study(study, source, self.flow.catalog)]
        if BESIDE_FLOW.issuperset(changed) and not source.problems:
            return replace(self.flow, study=file), problems
        flow, found = read_flow(file, self.flow.catalog)
        return flow, [*problems, *found]

    def story(self, flow: Flow) -> Story:
        """The story of a flow, with the columns of the sound one where all steps make the same."""
        data = flow.study.source.data
        same = all(data.get(key) is self.data.get(key) for key in ("population", "domains"))
        return Story(flow, self.base if same and self._makers(data) == self.makers else None)

    @staticmethod
    def _makers(data: Data) -> list[int]:
        return [id(raw) for raw in data["flow"] if raw["kind"] not in MAKE_NOTHING]

    def _study(self, data: Data, changed: Sequence[str], source: SourceFile) -> Study | None:
        """The study, only its changed parts validated; the whole where one of these is wrong."""
        try:
            values = {NAMES[key]: self._value(key, data[key]) for key in changed}
            return self.flow.study.study.model_copy(update=values)
        except (ValidationError, KeyError):
            return salvage(Study, data, source)

    def _value(self, key: str, raw: Data) -> Any:
        if key == "flow":
            return tuple(self.specs.get(id(one)) or StepSpec.model_validate(one) for one in raw)
        return ADAPTERS[key].validate_python(raw)
