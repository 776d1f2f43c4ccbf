"""YAML files read with the line of every entry kept, so that an error can point at its place.

Anchors and aliases are refused: nothing in the catalogue needs them, and they are the way a small file
becomes a very large one. A key given twice is an error, not a silent overwrite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from workbench.catalog.nodes import Loc, Nodes, TooDeep, compose
from workbench.errors import Problem

Model = TypeVar("Model", bound=BaseModel)
MAX_BYTES = 5_000_000

__all__ = ["Loc", "SourceFile", "parse_source", "read_source", "report", "validate"]


@dataclass
class SourceFile:
    """One parsed file: its plain data, the line of each entry, and the problems met while reading.

    `blanks` are the places of wrong values already reported and left out: what follows from them is no news.
    """

    name: str
    data: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blanks: set[Loc] = field(default_factory=set)

    def line(self, loc: Iterable[str | int]) -> int:
        """Line (from 1) of the entry at `loc`, or of its nearest parent that stands in the file."""
        place: Loc = ()
        for step in loc:
            if (*place, step) not in self.lines:
                break
            place = (*place, step)
        return self.lines.get(place, 1)

    def problem(self, loc: Iterable[str | int], what: str, why: str, todo: str) -> Problem:
        """A problem at the entry `loc` of this file."""
        at = tuple(loc)
        return Problem(self.name, self.line(at), what, why, todo, at=at)

    def left_out(self, loc: Loc) -> bool:
        """Whether the entry at `loc` was already reported and left out."""
        return any(loc[: len(blank)] == blank for blank in self.blanks)

    def left_out_below(self, loc: Loc) -> bool:
        """Whether anything of the entry at `loc` was left out."""
        return any(blank[: len(loc)] == loc for blank in self.blanks)


def read_source(path: Path, root: Path) -> SourceFile:
    """Parse `path`; never raises for bad content: what is wrong is in `.problems`."""
    found = SourceFile(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix())
    text = _text(path, found)
    return found if text is None else _parse(text, found)


def parse_source(text: str, name: str) -> SourceFile:
    """The same for a text that is in no file (yet); `name` stands in its messages."""
    found = SourceFile(name)
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        _too_large(found)
        return found
    return _parse(text, found)


def _parse(text: str, found: SourceFile) -> SourceFile:
    try:
        nodes = Nodes(text)
        node = compose(text)
        found.data = nodes.plain(node) if node is not None else None
        found.lines, found.blanks = nodes.lines, nodes.blanks
        found.problems += [Problem(found.name, *fault) for fault in nodes.faults]
        if found.data is None and not found.problems:
            _add(found, 1, "the file is empty", "it says nothing", "fill it or remove it")
    except TooDeep as error:
        _add(found, error.line, "the file is nested too deeply", "no entry needs it", "flatten it")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        _add(found, line, "this is not valid YAML", str(error.problem), "correct the syntax here")
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        _add(found, 1, "this is not valid YAML", said, "correct the syntax")
    return found


def _text(path: Path, found: SourceFile) -> str | None:
    try:
        if path.stat().st_size <= MAX_BYTES:
            return path.read_text(encoding="utf-8")
        _too_large(found)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        _add(found, line, "the file is not UTF-8 text", str(error.reason), "save it as UTF-8")
    except OSError as error:
        todo = "correct its path or its permissions"
        _add(found, 1, "the file cannot be read", str(error.strerror), todo)
    return None


def _too_large(found: SourceFile) -> None:
    what = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
    _add(found, 1, what, "it cannot be a catalogue file", "split it")


def _add(found: SourceFile, line: int, what: str, why: str, todo: str) -> None:
    found.problems.append(Problem(found.name, line, what, why, todo))


def validate(model: type[Model], data: Any, source: SourceFile, at: Loc = ()) -> Model | None:
    """Validate `data` (the entry at `at`); all errors become problems of `source` and None is returned."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        report(error, source, at, model.__name__)
        return None


def report(error: ValidationError, source: SourceFile, at: Loc, whole: str) -> None:
    """Every part of a validation error as a problem of `source`; `whole` names the entry at `at`.

    A value that fits none of several forms is one problem: of the forms it came nearest to.
    """
    for loc, faults in _by_place(error, _below(source.data, at)).items():
        place = (*at, *loc)
        if not source.left_out(place):
            why = ", or ".join(dict.fromkeys(fault["msg"].removeprefix("Value error, ") for fault in faults))
            said = why.replace(f", or {SHOULD}", ", or ")
            for word, plain in PLAIN.items():
                said = said.replace(word, plain)
            said = OUR_CLASS.sub("", said)
            said = said.replace("String should have at least 1 character", "it must say something")
            what, todo = _words(faults[0]["type"], ".".join(map(str, loc)) or whole, faults[0].get("input"))
            source.problems.append(source.problem(place, what, said, todo))


SHOULD = "Input should be "
OUR_CLASS = re.compile(r" or instance of \w+")  # a class of the program, which no file can hold
PLAIN = {
    "valid dictionary": "mapping (key: value)",
    "valid tuple": "list",
    "a valid string": "text",
    "Field required": "it must be there",
    "Extra inputs are not permitted": "nothing reads a key of this name",
}


def _by_place(error: ValidationError, data: Any) -> dict[Loc, list[Any]]:
    """Faults by the place in the data, which has nothing of the forms that a value was tried for."""
    found: dict[Loc, list[Any]] = {}
    unions: set[Loc] = set()
    for one in error.errors(include_url=False):
        place, tried = _place(tuple(one["loc"]), data, one["type"] == "missing")
        found.setdefault(place, []).append(one)
        unions |= tried
    nearer = {place for place in unions if any(place != other and place == other[: len(place)] for other in found)}
    return {place: faults for place, faults in found.items() if place not in nearer}


def _place(loc: Loc, data: Any, missing: bool) -> tuple[Loc, set[Loc]]:
    """The part of an error's location that stands in the data, and the places where forms of a value were tried."""
    place: Loc = ()
    tried: set[Loc] = set()
    for number, step in enumerate(loc):
        below = _below(data, (step,))
        if below is not None or (isinstance(data, dict) and step in data):
            place, data = (*place, step), below
        elif missing and number == len(loc) - 1:
            place = (*place, step)
        else:
            tried.add(place)
    return place, tried


def _below(data: Any, at: Loc) -> Any:
    """The entry at a place of plain data; None when there is none."""
    for step in at:
        named = isinstance(data, dict) and step in data
        if not named and not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return None
        data = data[step]
    return data


def _words(kind: str, name: str, value: Any) -> tuple[str, str]:
    if kind == "missing":
        return f"'{name}' is missing", f"add '{name.rsplit('.', 1)[-1]}'"
    if kind == "extra_forbidden":
        return f"'{name}' is not a known key", "correct its spelling or remove it"
    if kind == "string_too_short" and value == "":
        return f"'{name}' is empty", "fill it in"
    shown = repr(value)
    return (
        f"'{name}' has a wrong value {shown if len(shown) < 60 else shown[:57] + '...'}",
        "correct the value",
    )
