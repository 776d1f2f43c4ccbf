"""An edited workbook against the catalogue: what it would change, each change with its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench.catalog.model import Catalog, Place
from workbench.errors import Problem
from workbench.interchange.changes import Change, Changes, Key, Rows, numbered, rows_of
from workbench.interchange.excel_open import Sheet, open_workbook
from workbench.interchange.excel_write import EXPORTED, fingerprint, headings, key_text
from workbench.interchange.facts import CATALOG
from workbench.interchange.sections import (
    CODES,
    FIELDS,
    LISTS,
    SECTIONS,
    TABLES,
    Section,
    cells_of,
    data_from,
)
from workbench.interchange.sources import Sources
from workbench.interchange.yaml_writer import data_of

PARENTS = {FIELDS.name: TABLES, CODES.name: LISTS}


def read_excel_changes(catalog: Catalog, path: Path, root: Path = CATALOG) -> Changes:
    """What the workbook at `path` would change in the catalogue read from `root`.

    Never raises for what is in the workbook: a file that is none, a lost sheet or column, a formula, a value
    that fits no entry or a row given twice is a problem with sheet and row. An entry that was changed in the
    catalogue after the export and in the workbook too is one as well; changed in the catalogue only, it
    stays.
    """
    sheets, problems = open_workbook(path)
    if problems:
        return Changes((), tuple(problems))
    reader = _Reader(catalog, path.name, Sources(catalog, root), _exported(sheets.get(EXPORTED)))
    for section in SECTIONS:
        sheet = sheets.get(section.name)
        if sheet is None:
            why, todo = "each kind of entry has one", "restore it, or export again"
            reader.problems.append(Problem(path.name, 1, f"sheet '{section.name}' is missing", why, todo))
        else:
            reader.read(section, sheet)
    reader.orphans()
    return Changes(tuple(reader.changes()), tuple(reader.problems))


class _Reader:
    """Collects the rows of all sheets and compares them with the catalogue."""

    def __init__(self, catalog: Catalog, file: str, sources: Sources, exported: dict[str, str]) -> None:
        self.file, self.sources, self.exported = file, sources, exported
        self.now = rows_of(catalog)
        self.rows: Rows = {}
        self.data: dict[Key, Mapping[str, Any]] = {}
        self.lines: dict[Key, tuple[str, int]] = {}
        self.problems: list[Problem] = []

    def read(self, section: Section, sheet: Sheet) -> None:
        """The rows of one sheet."""
        wanted = headings(section)
        given = [name.removesuffix(" *") for name in sheet.names]
        lost = [name for name in wanted if name not in given]
        odd = [name for name in given if name not in wanted or given.count(name) > 1]
        for name, what in [(name, "is missing") for name in lost] + [(name, "is not known") for name in odd]:
            todo = "restore it, or export again"
            self._problem(section.name, 1, f"column '{name}' {what}", "the columns are the entry's keys", todo)
        if lost or odd:
            return
        for line, values in sheet.rows:
            self._row(section, line, dict(zip(given, values, strict=False)))

    def orphans(self) -> None:
        """Rows that say they are part of a table or list which the workbook does not have."""
        for key, (name, line) in self.lines.items():
            of = PARENTS.get(key.section)
            parts = tuple(key.parent.split(".", 1)) if of is TABLES else (key.parent,)
            if of and Key(of.name, "", parts) not in self.rows:
                why = f"sheet '{of.name}' has no such row"
                todo = "add it there, or remove this row too"
                self._problem(name, line, f"the row is part of '{key.parent}'", why, todo)

    def changes(self) -> Iterator[Change]:
        """All changes: first what is removed, then what is new, then what is different."""
        for key in self.now:
            if key not in self.rows and self._was_exported(key) and not self._went_with_parent(key):
                yield Change("removed", key, self._removed(key))
        before: dict[str, Key] = {}
        for key, cells in self.rows.items():
            if key not in self.now and not self._deleted_since(key, cells):
                after = before.get(key.section + key.parent)
                place = self.sources.place(after) if after in self.now and after else Place(self.sources.file(key), 1)
                yield Change("added", key, place, data=self.data[key], after=after)
            before[key.section + key.parent] = key
        for key, cells in self.rows.items():
            yield from self._changed(key, cells) if key in self.now else ()

    def _row(self, section: Section, line: int, cells: dict[str, str]) -> None:
        parent = cells.pop(section.parent, "")
        data = data_from(cells, section.columns)
        whole = data | {section.inside: []} if section.inside else data
        try:
            entry = section.model.model_validate(whole)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                where = ".".join(str(step) for step in one["loc"])
                what = f"{where} has {one.get('input')!r}" if one["type"] != "missing" else f"{where} is empty"
                said = one["msg"].removeprefix("Value error, ")
                self._problem(section.name, line, what[:120], said, "correct the cell")
            return
        canonical = cells_of(entry, section.columns)
        key = Key(section.name, parent, tuple(canonical[name] for name in section.ids))
        if key in self.rows and section is not CODES:
            why = f"row {self.lines[key][1]} has it already"
            self._problem(section.name, line, f"{key.ref} is given twice", why, "remove one of the rows")
            return
        if section is LISTS and not entry.id.replace("_", "").replace("-", "").isalnum():  # type: ignore[attr-defined]
            why = "its file is named after it"
            self._problem(section.name, line, f"{key.ref!r} is no name", why, "use letters, digits, - and _")
            return
        key = numbered(self.rows, key)
        given = {name: value for name, value in data_of(entry).items() if name != section.inside}
        self.rows[key], self.data[key], self.lines[key] = canonical, given, (section.name, line)

    def _changed(self, key: Key, cells: Mapping[str, str]) -> Iterator[Change]:
        now = self.now[key]
        different = [name for name in cells if cells[name] != now[name]]
        base = self.exported.get(key_text(key))
        if not different or fingerprint(cells) == base:  # nobody edited the row; the catalogue moved on
            return
        if base is not None and fingerprint(now) != base:
            sheet, line = self.lines[key]
            place = self.sources.place(key)
            why = f"so has {place.file}:{place.line} since the export"
            self._problem(sheet, line, f"{key.ref} has changed here", why, "export again and repeat the edit")
            return
        for name in different:
            place = self.sources.place(key, tuple(name.split(".")))
            yield Change("changed", key, place, name, now[name], cells[name])

    def _was_exported(self, key: Key) -> bool:
        return not self.exported or key_text(key) in self.exported

    def _deleted_since(self, key: Key, cells: Mapping[str, str]) -> bool:
        """Whether the catalogue has lost an entry since the export, and nobody edited its row."""
        return self.exported.get(key_text(key)) == fingerprint(cells)

    def _went_with_parent(self, key: Key) -> bool:
        of = PARENTS.get(key.section)
        parts = tuple(key.parent.split(".", 1)) if of is TABLES else (key.parent,)
        return of is not None and Key(of.name, "", parts) not in self.rows

    def _removed(self, key: Key) -> Place:
        return self.sources.place(key)

    def _problem(self, sheet: str, line: int, what: str, why: str, todo: str) -> None:
        self.problems.append(Problem(self.file, line, f"sheet '{sheet}': {what}", why, todo))


def _exported(sheet: Sheet | None) -> dict[str, str]:
    """The fingerprints of what was exported, by key; empty when the hidden sheet is gone."""
    if sheet is None:
        return {}
    pairs = [sheet.names, *(values for _, values in sheet.rows)]
    return {values[0]: values[1] for values in pairs if len(values) > 1}
