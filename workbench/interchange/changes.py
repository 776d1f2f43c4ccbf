"""What an edited workbook would change in the catalogue: a list that a person can review beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from workbench.catalog.model import Catalog, Place
from workbench.errors import Problem
from workbench.interchange.sections import CODES, SECTIONS, cells_of, entries


class Key(NamedTuple):
    """Which entry: its section, what it is part of, its own names, and its number among equal ones."""

    section: str
    parent: str
    ids: tuple[str, ...]
    number: int = 0

    @property
    def ref(self) -> str:
        """The reference that a reader knows."""
        name = ".".join(filter(None, self.ids)) if self.section != CODES.name else "-".join(filter(None, self.ids))
        again = f" (number {self.number + 1})" if self.number else ""
        if self.section == CODES.name:
            return f"{self.parent}: {name}{again}"
        return ".".join(filter(None, (self.parent, name))) + again


Cells = Mapping[str, str]
Rows = dict[Key, Cells]


@dataclass(frozen=True)
class Change:
    """One change: an entry added or removed, or the value of one column of it.

    `data` is the new entry as a file would give it, `after` the entry it follows; both only when added.
    """

    kind: Literal["added", "removed", "changed"]
    key: Key
    place: Place
    column: str = ""
    before: str = ""
    value: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    after: Key | None = None

    def __str__(self) -> str:
        said = f"{self.place.file}:{self.place.line}: {self.kind} {self.key.section}: {self.key.ref}"
        return f"{said}: {self.column}: {self.before!r} -> {self.value!r}" if self.column else said


@dataclass(frozen=True)
class Changes:
    """All changes of a workbook, and what is wrong in it; with problems nothing can be applied."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()

    def review(self) -> str:
        """The changes as text, one a line, each with the file and line it concerns."""
        return "\n".join(str(change) for change in self.changes) or "no change"


def rows_of(catalog: Catalog) -> Rows:
    """Every entry of the catalogue as a row of texts."""
    rows: Rows = {}
    for section in SECTIONS:
        columns = section.columns
        for parent, entry in entries(catalog, section):
            cells = cells_of(entry, columns)
            rows[numbered(rows, Key(section.name, parent, tuple(cells[name] for name in section.ids)))] = cells
    return rows


def numbered(rows: Mapping[Key, Any], key: Key) -> Key:
    """The key with the number that the next of its equals has."""
    while key in rows:
        key = key._replace(number=key.number + 1)
    return key
