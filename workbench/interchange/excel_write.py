"""The catalogue as an Excel workbook that people can read, sort, filter and edit.

All cells are text unless they hold a number, and every text cell carries the mark that keeps a spreadsheet
program from ever taking it for a formula or a date. A hidden sheet remembers what was exported, so that an
import can tell what was edited from what has changed in the catalogue since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbench.catalog.model import Catalog
from workbench.errors import Problem, Problems
from workbench.interchange.changes import Key, Rows, rows_of
from workbench.interchange.sections import SECTIONS, Column, Section
from workbench.paper.spreadsheet import put

GUIDE, EXPORTED = "guide", "exported"
LONGEST = 32_767  # characters in a cell; a longer text would be cut off without a word
TEXT = [
    "The catalogue of the Study Workbench: one sheet per kind of entry, one row per entry.",
    "Edit cells, add rows, delete rows. An import then shows a list of what would change, before it does.",
    "Columns with a bold name say which entry a row is: to rename one is to remove it and to add another.",
    "Columns with a star must be filled. A list stands as: first; second. An empty cell says: not given.",
    "The order of rows means nothing, but a new row goes behind the row above it of its table or list.",
    "Do not rename columns or sheets. A formula in a cell is refused.",
]
WIDTHS = {"note": 60, "explanation": 60, "grain": 40, "title": 60, "attributes": 40, "address": 40}
HEAD = PatternFill("solid", fgColor="DCE6F1")
TOP = Alignment(vertical="top", wrap_text=True)


def write_workbook(catalog: Catalog, path: Path) -> None:
    """Write the workbook. Raises `Problems` for a text that no cell can hold."""
    rows = rows_of(catalog)
    _check(rows)
    book = Workbook()
    guide = book.active
    guide.title = GUIDE
    guide.column_dimensions["A"].width = 110
    for number, line in enumerate(TEXT, start=1):
        _put(guide, number, 1, line)
    for section in SECTIONS:
        _sheet(book.create_sheet(section.name), section, rows)
    _remember(book.create_sheet(EXPORTED), rows)
    book.save(path)


def headings(section: Section) -> list[str]:
    """The names of the columns of a sheet."""
    return [*filter(None, [section.parent]), *(column.name for column in section.columns)]


def fingerprint(cells: Mapping[str, str]) -> str:
    """A short mark of all cells of a row."""
    text = json.dumps(sorted(cells.items()), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def key_text(key: Key) -> str:
    """A key as one text, and no other key with the same."""
    return json.dumps([key.section, key.parent, list(key.ids), key.number])


def _sheet(sheet: Worksheet, section: Section, rows: Rows) -> None:
    named = {section.parent, *section.ids}
    needed = {column.name for column in section.columns if column.required} | {section.parent}
    names = headings(section)
    for at, name in enumerate(names, start=1):
        head = _put(sheet, 1, at, f"{name} *" if name in needed else name)
        head.font, head.fill = Font(bold=name in named), HEAD
        width = WIDTHS.get(name.rpartition(".")[2], 34 if name.startswith("label") else 18)
        sheet.column_dimensions[get_column_letter(at)].width = width
    kinds = {column.name: column for column in section.columns}
    line = 1
    for key, cells in rows.items():
        if key.section == section.name:
            line += 1
            values = {section.parent: key.parent, **cells}
            for at, name in enumerate(names, start=1):
                _put(sheet, line, at, values[name], kinds.get(name))
    sheet.freeze_panes = sheet.cell(2, 1 + len(named - {""}))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{line}"
    for at, name in enumerate(names, start=1):
        _choices(sheet, at, kinds.get(name))


def _put(sheet: Worksheet, line: int, at: int, text: str, column: Column | None = None) -> Any:
    cell = sheet.cell(line, at)
    cell.alignment = TOP
    if not text:
        cell.number_format = "@"
    elif column and column.kind == "number" and text.lstrip("-").isdigit():
        cell.value = int(text)
    else:
        put(cell, text)
    return cell


def _choices(sheet: Worksheet, at: int, column: Column | None) -> None:
    """A list to choose from, in columns that have only certain values."""
    choices = ("true", "false") if column and column.kind == "boolean" else column.choices if column else ()
    if choices:
        listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        letter = get_column_letter(at)
        listed.add(f"{letter}2:{letter}10000")
        sheet.add_data_validation(listed)


def _remember(sheet: Worksheet, rows: Rows) -> None:
    sheet.sheet_state = "hidden"
    for line, (key, cells) in enumerate(rows.items(), start=1):
        _put(sheet, line, 1, key_text(key))
        _put(sheet, line, 2, fingerprint(cells))


def _check(rows: Rows) -> None:
    problems = []
    for key, cells in rows.items():
        for name, text in cells.items():
            if len(text) > LONGEST:
                what, why = f"{name} of {key.ref} is too long", f"a cell holds {LONGEST} characters"
                problems.append(Problem("catalog", 1, what, why, "shorten it, or export to JSON"))
    if problems:
        raise Problems(problems)
