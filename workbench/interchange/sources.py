"""Where the entries of the catalogue stand in its files: file, place in the file, and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.catalog.model import Catalog, Place
from workbench.catalog.source import Loc, SourceFile, read_source
from workbench.interchange.cells import to_text
from workbench.interchange.changes import Key
from workbench.interchange.sections import CODES, FIELDS, LISTS, TABLES, Section, section_named

OWN_FILE = {TABLES.name: "table", LISTS.name: "codelist"}


class Sources:
    """The files of the catalogue under `root`, read when asked for."""

    def __init__(self, catalog: Catalog, root: Path) -> None:
        self.catalog, self.root = catalog, root
        self._read: dict[str, SourceFile] = {}

    def file(self, key: Key) -> str:
        """The file of an entry, from the folder above the catalogue; of a new one, where it belongs."""
        if key.section in (TABLES.name, FIELDS.name):
            ref = key.parent or ".".join(key.ids)
            source, _, table = ref.partition(".")
            return self._known(TABLES, ref) or f"{self.root.name}/tables/{source}/{table}.yaml"
        if key.section in (LISTS.name, CODES.name):
            name = key.parent or key.ids[0]
            return self._known(LISTS, name) or f"{self.root.name}/codes/{name}.yaml"
        return f"{self.root.name}/{key.section}.yaml"

    def loc(self, key: Key) -> Loc | None:
        """The place of an entry in its file; None when it is not there."""
        section = section_named(key.section)
        data = self.data(self.file(key))
        if key.section in OWN_FILE:
            return () if isinstance(data, Mapping) else None
        name = list_key(section)
        items = data.get(name) if isinstance(data, Mapping) else None
        equal = [
            number
            for number, item in enumerate(items if isinstance(items, list) else ())
            if isinstance(item, Mapping) and _ids(item, section) == key.ids
        ]
        return (name, equal[key.number]) if key.number < len(equal) else None

    def place(self, key: Key, path: tuple[str, ...] = ()) -> Place:
        """File and line of an entry, or of the value at `path` in it; line 1 of its file when it is new."""
        file = self.file(key)
        loc = self.loc(key)
        return Place(file, self.source(file).line((*loc, *path)) if loc is not None else 1)

    def data(self, file: str) -> Any:
        """The plain data of a file."""
        return self.source(file).data

    def source(self, file: str) -> SourceFile:
        """The parsed file."""
        if file not in self._read:
            self._read[file] = read_source(self.root.parent / file, self.root.parent)
        return self._read[file]

    def _known(self, section: Section, ref: str) -> str:
        place = self.catalog.places.get(f"{OWN_FILE[section.name]}:{ref}")
        return place.file if place else ""


def list_key(section: Section) -> str:
    """The key of a file under which the entries of a section are listed."""
    return {FIELDS.name: TABLES.inside, CODES.name: LISTS.inside}.get(section.name, section.name)


def _ids(item: Mapping[str, Any], section: Section) -> tuple[str, ...]:
    return tuple(to_text(item.get(name), "text") for name in section.ids)
