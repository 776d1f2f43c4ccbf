"""An exercise as its file says it: what stands at the start, what is asked, and how it is graded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.source import read_source, validate
from workbench.errors import Problem, Problems

FOLDER = "exercises"


class Edit(Entry):
    """Put other words in the place of some that stand once in a file of the catalogue (the study, if none is named)."""

    file: str | None = None
    find: Text
    put: str


class Reach(Entry):
    """Parties who together must not reach a target of the study."""

    parties: tuple[Text, ...] = Spec(min_length=1)
    target: Text


class Holds(Entry):
    """A party holds a dataset when the flow has ended, or must not."""

    party: Text
    dataset: Text
    at_end: bool = True


class Columns(Entry):
    """Columns that a part must have, and must not have."""

    part: Text
    has: tuple[Text, ...] = ()
    lacks: tuple[Text, ...] = ()


class Rows(Entry):
    """After a run: a party's part has at least so many rows, and this column no other values than these (or none)."""

    party: Text
    part: Text
    at_least: int = 1
    column: str | None = None
    only: tuple[str | int, ...] = ()


class Risk(Entry):
    """After a run: the small-cell analysis of its data counts these traits."""

    counts: tuple[Text, ...]


class Stands(Entry):
    """Words that must still stand in a file (the study, if none is named): what an answer may not do away with."""

    file: str | None = None
    has: Text


class Check(Entry):
    """One demand, of exactly one kind, with the hint for who does not meet it.

    file: the study can be read and compiled. text: words stand in a file. rules: none of these rules finds anything
    (`all`: no error stands). apart, holds, columns: of the flow. rows, risk, truth: after a run on synthetic people;
    `truth` names indicators that must equal what is true of them by the answer key.
    """

    id: Name
    hint: Label
    file: Literal[True] | None = None
    text: Stands | None = None
    rules: tuple[Text, ...] | None = None
    apart: Reach | None = None
    holds: Holds | None = None
    columns: Columns | None = None
    rows: Rows | None = None
    risk: Risk | None = None
    truth: tuple[Text, ...] | None = None

    @property
    def kind(self) -> str:
        """Which kind it is; '' where it is none or several."""
        named = [name for name in KINDS if getattr(self, name) is not None]
        return named[0] if len(named) == 1 else ""


KINDS = ("file", "text", "rules", "apart", "holds", "columns", "rows", "risk", "truth")


class Wrong(Entry):
    """An answer that is often given and is wrong; `fails` is the demand whose hint says why."""

    id: Name
    edits: tuple[Edit, ...]
    fails: Name


class Exercise(Entry):
    """`start` are edits of the study as it stands; wrong answers and the solution are edits of that start."""

    id: Name
    level: int = Spec(ge=1, le=3)
    title: Label
    task: Label
    study: Name
    persons: int = 2000
    enrich: str | None = None
    start: tuple[Edit, ...]
    hints: tuple[Label, ...] = Spec(min_length=1)
    checks: tuple[Check, ...] = Spec(min_length=1)
    wrong: tuple[Wrong, ...] = Spec(min_length=1)
    solution: tuple[Edit, ...] = Spec(min_length=1)
    cite: Cite


def read_exercises(root: Path) -> Mapping[str, Exercise]:
    """Every exercise of a catalogue by id, the easy ones first. Raises `Problems` with all that is wrong in them."""
    found: dict[str, Exercise] = {}
    problems: list[Problem] = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        source = read_source(path, root.parent)
        one = validate(Exercise, source.data, source) if not source.problems else None
        if one is not None:
            named = {check.id for check in one.checks}
            for number, check in enumerate(one.checks):
                if not check.kind:
                    what, todo = f"check '{check.id}' is of no kind or of several", f"give one of {', '.join(KINDS)}"
                    source.problems.append(source.problem(("checks", number), what, "it could not be graded", todo))
            for number, answer in enumerate(one.wrong):
                if answer.fails not in named:
                    what, why = f"there is no check '{answer.fails}'", "its hint says what is wrong with the answer"
                    source.problems.append(source.problem(("wrong", number), what, why, "name a check"))
            found[one.id] = one
        problems += source.problems
    if problems:
        raise Problems(problems)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].level, pair[0])))
