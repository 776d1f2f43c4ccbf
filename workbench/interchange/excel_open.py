"""Opens a workbook that someone sent: its cells as texts, or the reasons why not. Nothing in it is run."""

from __future__ import annotations

import datetime
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from workbench.errors import Problem

LARGEST = 50_000_000  # bytes of a workbook, and ten times that unpacked: far above any catalogue
WIDEST = 200  # columns that are looked at
LONGEST = 100_000  # rows that are looked at
# What openpyxl and the libraries below it raise for a damaged file: each was seen on a file damaged at
# random, or is of the family of one that was. SyntaxError is what every XML parser calls its own, lxml's included.
UNREADABLE: tuple[type[Exception], ...] = (
    *(InvalidFileException, SyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError),
)


@dataclass(frozen=True)
class Sheet:
    """The first row as names, and every other row that holds something, with its number."""

    names: list[str]
    rows: list[tuple[int, list[str]]]


def open_workbook(path: Path) -> tuple[dict[str, Sheet], list[Problem]]:
    """The sheets of the workbook by name; what is wrong with it as problems, and then no sheets."""
    trouble = _size(path)
    if trouble:
        return {}, [trouble]
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of the workbook that are not read
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            found = {sheet.title: _sheet(sheet, path.name) for sheet in book.worksheets}
    except UNREADABLE as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        return {}, [Problem(path.name, 1, "this is not a workbook", said, "save it as .xlsx")]
    problems = [problem for _, wrong in found.values() for problem in wrong]
    return ({} if problems else {name: sheet for name, (sheet, _) in found.items()}), problems


def _size(path: Path) -> Problem | None:
    why, todo = f"it may have {LARGEST // 1_000_000} MB", "send only the exported sheets"
    try:
        if path.stat().st_size > LARGEST:
            return Problem(path.name, 1, "the workbook is too large", why, todo)
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > 10 * LARGEST:
                return Problem(path.name, 1, "the workbook is too large when unpacked", why, todo)
    except OSError as error:
        what, todo = "the workbook cannot be read", "correct its path or its permissions"
        return Problem(path.name, 1, what, str(error.strerror), todo)
    except UNREADABLE:
        return Problem(path.name, 1, "this is not a workbook", "it is no zip archive", "save it as .xlsx")
    return None


def _sheet(sheet: Any, file: str) -> tuple[Sheet, list[Problem]]:
    names: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    problems: list[Problem] = []
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    for number, cells in enumerate(sheet.iter_rows(max_col=WIDEST, max_row=LONGEST), start=1):
        values = []
        for at, cell in enumerate(cells, start=1):
            if cell.data_type == "f":
                what = f"sheet '{sheet.title}': cell {get_column_letter(at)}{number} has a formula"
                problems.append(Problem(file, number, what, "only values are read", "type the value"))
            values.append("" if cell.data_type == "f" else _text(cell.value))
        while values and not values[-1]:
            values.pop()
        if number == 1:
            names = values
        elif values:
            rows.append((number, values + [""] * (len(names) - len(values))))
    return Sheet(names, rows), problems


def _text(value: Any) -> str:
    """A value as the text a person sees; a number that a program made of `1` is `1` again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value).strip(" ")
