"""Faults to show in a workshop, as their file says them: what is changed, who looks, and which rule sees it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.source import read_source, validate
from workbench.errors import Problem, Problems, WorkbenchError
from workbench.training.exercise import Edit

FILE = Path("workshop", "breaks.yaml")
AUDIT = "releases-together"  # no rule of flows: the audit of everything that was published, see docs/decisions/0015


class Own(Entry):
    """What a hospital knows of its own patients: tables of its extract, the column that ties them, and who is where."""

    persons: Text
    stays: Text
    on: Text
    person: Text
    hospital: Text
    year: Text
    group: Text


class Difference(Entry):
    """Two tables of stays and outcomes by year and group, published of a dataset: of all hospitals, and of all but one.

    `characters` (from 1) are those of `hospital` that are the number under which a hospital knows itself;
    the outcome is a death within so many `days` of admission.
    """

    party: Text
    part: Text
    person: Text
    hospital: Text
    characters: tuple[int, int]
    days: int
    year: Text
    group: Text
    own: Own


class Record(Entry):
    """What the last table of a chain and the answer key both know: `column` there, `known` in `table` of the key."""

    table: Name
    column: Text
    known: Text


class Break(Entry):
    """One fault. `who` are the parties whose tables are put together; `together` when doing so is the fault itself.

    `shows` are columns that are told beside `tells`, `record` is what the answer key is asked about.

    `rule_title` names what sees it where that is no rule of flows, which has a title of its own.
    """

    id: Name
    study: Name
    title: Label
    happens: Label
    persons: int = 2000
    edits: tuple[Edit, ...] = ()
    who: tuple[Text, ...] = Spec(min_length=1)
    together: bool = False
    left: bool = False
    tells: Text
    shows: tuple[Text, ...] = ()
    record: Record | None = None
    difference: Difference | None = None
    rule: Text
    rule_title: Label | None = None
    at: str = ""
    cite: Cite


class _File(Entry):
    breaks: tuple[Break, ...]


def read_breaks(root: Path) -> Mapping[str, Break]:
    """Every fault of a catalogue by id, in the order of the file. Raises `Problems` with all that is wrong in it."""
    source = read_source(root / FILE, root.parent)
    file = validate(_File, source.data, source) if not source.problems else None
    problems: list[Problem] = list(source.problems)
    found: dict[str, Break] = {}
    for number, one in enumerate(file.breaks if file else ()):
        if one.id in found:
            what, why = f"there are two faults '{one.id}'", "a fault is asked for by its name"
            problems.append(source.problem(("breaks", number), what, why, "rename one of them"))
        if not (one.edits or one.together or one.difference):
            what, todo = f"fault '{one.id}' breaks nothing", "give edits, together: true, or a difference"
            problems.append(source.problem(("breaks", number), what, "the study stays sound", todo))
        if (one.difference is None) != (one.record is not None):
            what, todo = (
                f"fault '{one.id}' cannot be held beside the answer key",
                "give record, or difference, not both",
            )
            problems.append(source.problem(("breaks", number), what, "who was found must be the right one", todo))
        if (one.rule == AUDIT) != (one.rule_title is not None):
            what, todo = f"fault '{one.id}' has the wrong words for its rule", f"give rule_title with {AUDIT}, only"
            problems.append(source.problem(("breaks", number), what, "a rule of flows has a title of its own", todo))
        found[one.id] = one
    if problems:
        raise Problems(problems)
    return found


def break_of(root: Path, study: str, name: str) -> Break:
    """The fault of that name. Raises `WorkbenchError` for one that this study does not have, with those it has."""
    every = read_breaks(root).values()
    known = {one.id: one for one in every if one.study == study}
    if name not in known:
        others = ", ".join(sorted({one.study for one in every}))
        which = f"It has {', '.join(known)}" if known else f"Faults are written for {others}, in catalog/{FILE}"
        raise WorkbenchError(f"Study {study} has no fault '{name}'. {which}.")
    return known[name]
