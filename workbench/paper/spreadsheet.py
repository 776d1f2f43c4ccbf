"""Text in a file that a spreadsheet program opens: it stays text, whatever it begins with."""

from __future__ import annotations

import re
from typing import Any

# Left of a cell these begin a formula, for one program or another and in East Asian settings in their wide form too;
# a line feed or carriage return hides them, and so does an apostrophe hide what follows.
# cite: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def disarmed(text: str) -> str:
    """The text as a spreadsheet may open it from a CSV file: never as a formula."""
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text


def restored(text: str) -> str:
    """The text before `disarmed`."""
    return text[1:] if text.startswith("'") else text


def csv_field(value: object) -> object:
    """A value as a field of a CSV file: `true` and `false`, texts disarmed, and all else as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return disarmed(value) if isinstance(value, str) else value


def put(cell: Any, value: object) -> None:
    """Put a value into a cell of a workbook. A text stays one, also where it begins as a formula does; characters that
    no workbook can hold are left out."""
    if isinstance(value, str):
        cell.value, cell.data_type = _NO_XML.sub("", value), "s"
        cell.number_format, cell.quotePrefix = "@", True
    else:
        cell.value = value
