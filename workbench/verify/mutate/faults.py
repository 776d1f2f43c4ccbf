"""The catalogue of faults: what can go wrong in a flow by one mistake, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.source import read_source, validate
from workbench.errors import Problem, Problems

FILE = Path("rules", "faults", "flow.yaml")


class Fault(Entry):
    """One kind of mistake. `simulates` says what happens in life; `blind` why some of its cases cannot be seen."""

    id: Name
    title: Label
    simulates: Text
    blind: str | None = None
    cite: Cite


class _File(Entry):
    faults: tuple[Fault, ...]


@cache
def faults(root: Path) -> Mapping[str, Fault]:
    """The faults of a catalogue by id, in the order of the file. Raises `Problems` with everything wrong in it."""
    source = read_source(root / FILE, root.parent)
    file = validate(_File, source.data, source) if not source.problems else None
    found: dict[str, Fault] = {}
    problems: list[Problem] = list(source.problems)
    for number, fault in enumerate(file.faults if file else ()):
        if fault.id in found:
            what, why = f"fault '{fault.id}' exists already", "a mutant names its fault"
            problems.append(source.problem(("faults", number), what, why, "rename or remove one of them"))
        found[fault.id] = fault
    if problems:
        raise Problems(problems)
    return found
