"""Workshops, as their file says them: which studies, exercises, faults and words each has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Name
from workbench.catalog.source import read_source, validate
from workbench.errors import Problems, WorkbenchError
from workbench.training.breaks import Break, read_breaks
from workbench.training.exercise import Exercise, read_exercises

FILE = Path("workshop", "workshops.yaml")


class Word(Entry):
    """A word of the field and what it means, for a reader who hears it for the first time."""

    id: Name
    word: Label
    means: Label


class Workshop(Entry):
    """One workshop; the names are those of exercises, faults, studies and words."""

    id: Name
    title: Label
    lead: Label
    hours: int = Spec(ge=1, le=12)
    studies: tuple[Name, ...] = Spec(min_length=1)
    exercises: tuple[Name, ...] = Spec(min_length=1)
    faults: tuple[Name, ...] = ()
    words: tuple[Name, ...] = Spec(min_length=1)
    cite: Cite


class Paper(Entry):
    """What a handout itself says."""

    about: Label
    hours: Label
    flow: Label
    steps: Label
    number: Label
    who: Label
    does: Label
    exercises: Label
    begin: Label
    faults: Label
    words: Label
    word: Label
    means: Label
    page: Label


class _File(Entry):
    workshops: tuple[Workshop, ...]
    paper: Paper
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Opened:
    """A workshop with what it names."""

    workshop: Workshop
    exercises: tuple[Exercise, ...]
    faults: tuple[Break, ...]
    words: tuple[Word, ...]
    paper: Paper


def read_workshops(root: Path) -> Mapping[str, Opened]:
    """Every workshop by id. Raises `Problems` with all that is wrong in the file, names that lead nowhere included."""
    source = read_source(root / FILE, root.parent)
    file = validate(_File, source.data, source) if not source.problems else None
    if file is None:
        raise Problems(source.problems)
    exercises, faults = read_exercises(root), read_breaks(root)
    words = {one.id: one for one in file.words}
    studies = {path.parent.name for path in root.glob("studies/*/study.yaml")}
    found = {}
    for number, one in enumerate(file.workshops):
        asked: dict[str, tuple[tuple[str, ...], Collection[str]]] = {
            "exercises": (one.exercises, exercises),
            "faults": (one.faults, faults),
            "words": (one.words, words),
            "studies": (one.studies, studies),
        }
        for key, (names, known) in asked.items():
            for name in (name for name in names if name not in known):
                what, todo = f"there is none of the {key} called '{name}'", f"choose from {', '.join(sorted(known))}"
                at = ("workshops", number, key)
                source.problems.append(source.problem(at, what, "the handout would lack it", todo))
        if not source.problems:
            found[one.id] = Opened(
                one,
                tuple(exercises[name] for name in one.exercises),
                tuple(faults[name] for name in one.faults),
                tuple(words[name] for name in one.words),
                file.paper,
            )
    if source.problems:
        raise Problems(source.problems)
    return found


def workshop_of(root: Path, name: str) -> Opened:
    """The workshop of that name. Raises `WorkbenchError` with those there are."""
    known = read_workshops(root)
    if name not in known:
        raise WorkbenchError(f"There is no workshop '{name}'. There are {', '.join(known)}.")
    return known[name]
