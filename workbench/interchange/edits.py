"""Changes as edits of the texts of the catalogue's files, in an order in which no edit disturbs another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.catalog.model import Catalog
from workbench.catalog.nodes import Nodes, compose
from workbench.errors import Problem, Problems
from workbench.interchange.changes import Change, Key
from workbench.interchange.sections import CODES, data_from, section_named
from workbench.interchange.sources import OWN_FILE, Sources, list_key
from workbench.interchange.yaml_edit import CannotEdit, insert_item, remove_item, remove_value, set_value
from workbench.interchange.yaml_writer import LAST, ordered, write_entry, write_list

Texts = dict[str, str | None]  # new text by file, None for a file that goes


def text_of(root: Path, file: str) -> str | None:
    """The text of a file as it is; None when there is none."""
    path = root.parent / file
    return path.read_bytes().decode("utf-8") if path.exists() else None


class Edits:
    """Applies changes to the texts of the files, one after the other."""

    def __init__(self, catalog: Catalog, root: Path) -> None:
        self.catalog, self.root = catalog, root
        self.texts: Texts = {}
        self.sources = _Edited(catalog, root, self.texts)

    def made(self, changes: tuple[Change, ...]) -> Texts:
        """The new texts. A change of a value comes before what moves the places of others."""
        kinds = {kind: [one for one in changes if one.kind == kind] for kind in ("changed", "added", "removed")}
        kinds["added"] = self._new_files(kinds["added"])
        # Of equal entries the last goes first, so that the others keep their numbers.
        kinds["removed"].sort(key=lambda change: -change.key.number)
        for change in (change for some in kinds.values() for change in some):
            file = self.sources.file(change.key)
            try:
                self._make(change, file)
            except CannotEdit as error:
                what, todo = f"{change.key.ref} cannot be edited in place", "edit the file by hand"
                raise Problems([Problem(file, 1, what, str(error), todo)]) from None
        return {file: text for file, text in self.texts.items() if text != text_of(self.root, file)}

    def _new_files(self, added: list[Change]) -> list[Change]:
        """Writes the files that are new with all that belongs in them; the additions that are left."""
        files: dict[str, list[Change]] = {}
        for change in added:
            files.setdefault(self.sources.file(change.key), []).append(change)
        new = {file: some for file, some in files.items() if text_of(self.root, file) is None}
        for file, some in new.items():
            own = next((change for change in some if change.key.section in OWN_FILE), None)
            inside = [change.data for change in some if change is not own]
            if own:
                name = section_named(own.key.section).inside
                self.texts[file] = write_entry(ordered({**own.data, name: inside}))
            else:
                name = list_key(section_named(some[0].key.section))
                self.texts[file] = write_list(name, [ordered(data) for data in inside])
        return [change for change in added if self.sources.file(change.key) not in new]

    def _make(self, change: Change, file: str) -> None:
        key = change.key
        if change.kind == "changed":
            self.texts[file] = self._changed(self._text(file), change)
        elif key.section in OWN_FILE:
            self.texts[file] = None
        elif change.kind == "added":
            self.texts[file] = self._added(change, file)
        else:
            loc = self._loc(key)
            self.texts[file] = remove_item(self._text(file), loc[:1], int(loc[1]))

    def _changed(self, text: str, change: Change) -> str:
        section = section_named(change.key.section)
        column = next(column for column in section.columns if column.name == change.column)
        loc = self._loc(change.key)
        found: Any = data_from({column.name: change.value}, (column,))
        for step in column.path:
            found = found.get(step) if isinstance(found, Mapping) else None
        if found is None:
            return remove_value(text, loc, column.path)
        keys = list(dict.fromkeys(column.path[0] for column in section.columns))
        order = [*(key for key in keys if key not in LAST), *LAST]
        return set_value(text, loc, column.path, found, order)

    def _added(self, change: Change, file: str) -> str:
        section = section_named(change.key.section)
        name = list_key(section)
        after = self.sources.loc(change.after) if change.after else None
        items = self.sources.data(file).get(name) or []
        place = int(after[1]) + 1 if after else len(items) if change.after else 0
        return insert_item(self._text(file), (name,), place, change.data, in_flow=section is CODES)

    def _loc(self, key: Key) -> tuple[Any, ...]:
        loc = self.sources.loc(key)
        if loc is None:
            raise CannotEdit("it is no longer there")
        return loc

    def _text(self, file: str) -> str:
        text = self.texts.get(file, text_of(self.root, file))
        if text is None:
            raise CannotEdit("its file is gone")
        return text


class _Edited(Sources):
    """The files as they are after the edits so far."""

    def __init__(self, catalog: Catalog, root: Path, texts: Texts) -> None:
        super().__init__(catalog, root)
        self.texts = texts

    def data(self, file: str) -> Any:
        """The plain data of a file, from its edited text when it has one."""
        text = self.texts.get(file)
        node = compose(text) if text is not None else None
        return Nodes(text or "").plain(node) if node is not None else super().data(file)
