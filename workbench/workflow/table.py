"""`catalog/workflow.yaml`: states, commands, and the duty that each command asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from workbench.access import Duty
from workbench.catalog.base import Cite, Entry, Label, Name
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problem, Problems


class Stage(Entry):
    """A state of a study; `reads`: its data may be read, until their retention ends."""

    id: Name
    label: Label
    reads: bool = False


class Command(Entry):
    """What brings a study from one of the states `from` into `to`. See the head of the file for the rest."""

    id: Name
    label: Label
    from_: tuple[Name, ...] = Field(alias="from", min_length=1)
    to: Name
    duty: Duty = Field(strict=False)
    not_by: Name | None = None
    why: bool = False
    after_retention: bool = False


class Workflow(Entry):
    """The first state is where every study begins."""

    states: tuple[Stage, ...] = Field(min_length=1)
    commands: tuple[Command, ...]
    cite: Cite

    @property
    def first(self) -> str:
        return self.states[0].id

    def stage(self, id_: str) -> Stage | None:
        """The state of that name; None for one that this table does not know."""
        return next((one for one in self.states if one.id == id_), None)

    def command(self, id_: str) -> Command | None:
        """The command of that name, or None."""
        return next((one for one in self.commands if one.id == id_), None)


def load_workflow(catalog_root: Path) -> Workflow:
    """Raises `Problems`: an unknown state or command, a state that no command reaches, a name given twice."""
    source = read_source(catalog_root / "workflow.yaml", catalog_root.parent)
    found = validate(Workflow, source.data, source, ())
    problems = [*source.problems, *(_problems(found, source) if found else [])]
    if found is None or problems:
        raise Problems(problems)
    return found


def _problems(found: Workflow, source: SourceFile) -> Iterator[Problem]:
    states, commands = [one.id for one in found.states], [one.id for one in found.commands]
    for kind, names in (("states", states), ("commands", commands)):
        for place, name in enumerate(names):
            if name in names[:place]:
                yield source.problem((kind, place), f"'{name}' stands there twice", "a name names one", "rename one")
    reached = {found.first}
    for place, one in enumerate(found.commands):
        reached.add(one.to)
        for name in {one.to, *one.from_} - set(states):
            yield source.problem(
                ("commands", place), f"there is no state '{name}'", "no study could be in it", "list it"
            )
        if one.not_by is not None and one.not_by not in commands:
            yield source.problem(
                ("commands", place, "not_by"), f"there is no command '{one.not_by}'", "nobody gives it", "list it"
            )
    for place, name in enumerate(states):
        if name not in reached:
            yield source.problem(("states", place), f"no command leads to '{name}'", "it would stay empty", "add one")
