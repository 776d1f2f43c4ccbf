"""Reviewed changes into the files of the catalogue: as a patch to look at, or written.

Only the lines that change are touched. Before anything is written the edited catalogue is read as a whole: it
must have no problems, and every entry in it must be what the review said; else nothing is written.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import tempfile
from pathlib import Path

from workbench.catalog.load import read_catalog
from workbench.catalog.model import Catalog
from workbench.errors import Problem, Problems
from workbench.interchange.changes import Changes, Rows, rows_of
from workbench.interchange.edits import Edits, Texts, text_of
from workbench.interchange.facts import CATALOG
from workbench.interchange.sections import (
    CODES,
    FIELDS,
    LISTS,
    TABLES,
    cells_of,
    section_named,
)


def patch_of(changes: Changes, catalog: Catalog, root: Path = CATALOG) -> str:
    """The changes as a unified diff of the files under `root`. Raises `Problems` like `apply_changes`."""
    parts: list[str] = []
    for file, text in sorted(_checked(changes, catalog, root).items()):
        old = text_of(root, file)
        lines = (_lines(old or ""), _lines(text or ""))
        names = (
            f"a/{file}" if old is not None else os.devnull,
            f"b/{file}" if text is not None else os.devnull,
        )
        for line in difflib.unified_diff(*lines, *names):
            parts.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(parts)


def apply_changes(changes: Changes, catalog: Catalog, root: Path = CATALOG) -> list[Path]:
    """Write the changes into the files under `root`, where `catalog` was read; the files that were touched.

    Raises `Problems` and writes nothing when the workbook had problems, when the edited catalogue would have
    some (a reference that leads nowhere, say), and when a file has a shape that cannot be edited safely.
    """
    texts = _checked(changes, catalog, root)
    for file, text in texts.items():
        path = root.parent / file
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_text(text, encoding="utf-8", newline="")
            os.replace(part, path)
    return [root.parent / file for file in texts]


def _checked(changes: Changes, catalog: Catalog, root: Path) -> Texts:
    if changes.problems:
        raise Problems(changes.problems)
    texts = Edits(catalog, root).made(changes.changes)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / root.name
        shutil.copytree(root, copy)
        for file, text in texts.items():
            path = Path(folder) / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="") if text is not None else path.unlink()
        edited, problems = read_catalog(copy)
    if any(problem.severity == "error" for problem in problems):
        raise Problems(problems)
    _same(_expected(changes, catalog), rows_of(edited), texts)
    return texts


def _expected(changes: Changes, catalog: Catalog) -> Rows:
    """Every row as it must be afterwards."""
    rows = dict(rows_of(catalog))
    for change in changes.changes:
        key, section = change.key, section_named(change.key.section)
        if change.kind == "removed":
            inside = {FIELDS.name: TABLES.name, CODES.name: LISTS.name}
            ref = ".".join(key.ids)
            gone = [one for one in rows if inside.get(one.section) == key.section and one.parent == ref]
            for one in (key, *gone):
                rows.pop(one, None)
        elif change.kind == "added":
            whole = dict(change.data) | ({section.inside: []} if section.inside else {})
            rows[key] = cells_of(section.model.model_validate(whole), section.columns)
        else:
            rows[key] = {**rows[key], change.column: change.value}
    return rows


def _same(expected: Rows, found: Rows, texts: Texts) -> None:
    """Equal names may change their numbers when one of them goes, so rows are compared as they read."""
    wanted = sorted((key[:3], sorted(cells.items())) for key, cells in expected.items())
    got = sorted((key[:3], sorted(cells.items())) for key, cells in found.items())
    if wanted != got:
        why, todo = "the edited file would not say what the workbook says", "edit it by hand"
        raise Problems([Problem(file, 1, "the edit does not come out right", why, todo) for file in texts])


def _lines(text: str) -> list[str]:
    """The lines as a patch counts them: only a line feed ends one."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
