"""What a correct record looks like, as one regular expression: most lines pass it and need no further look.

The same parts serve field by field when a line does not pass. RE2 runs them in time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbench.interchange.mzg.layout import Cell, Layout
from workbench.interchange.mzg.lines import UNREAD

UNFIT = rf"\x00-\x1f\x7f{UNREAD}"  # control characters, and bytes that code page 1252 does not have
NOTHING = r"[^\x00-\x{10FFFF}]"
_YEAR = "[1-9][0-9]{3}"
_LEAP = "(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
# YYYYMMDD as the calendar has it, from the year 1000.
DATE = (
    f"(?:{_YEAR}(?:(?:0[13578]|1[02]){_DAY}|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    f"|02(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}0229)"
)
DASHED = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-{_DAY}|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
# C to D are those of the physical files; I, R and B those of CSV: a day with dashes, a number, a yes or no.
TYPES = {
    "C": "(?s:.*)",
    "N": "-?[0-9]+",
    "ND2": r"-?[0-9]+\.[0-9]{2}",
    "D": DATE,
    "I": DASHED,
    "R": r"-?[0-9]+(?:\.[0-9]+)?",
    "B": "0|1|true|false",
}


def record(layout: Layout) -> str:
    """A record in which no field breaks a rule."""
    return "".join(f"{field(cell)}#" for cell in layout.cells)


def field(cell: Cell) -> str:
    """A value of the field that breaks no rule; the empty text too where it need not be filled."""
    return f"(?:{_filled(cell)}){'' if cell.mandatory else '?'}"


def _filled(cell: Cell) -> str:
    closed = [allowed for allowed in (cell.codes, cell.named) if allowed is not None]
    if closed:
        shape = re.compile(TYPES[cell.datatype])
        both = frozenset.intersection(*closed)
        fit = [text for text in both if shape.fullmatch(text) and (not cell.sizes or len(text) in cell.sizes)]
        return "|".join(re.escape(text) for text in sorted(fit)) or NOTHING
    sizes = _runs(cell.sizes) if cell.sizes else [(1, 1000)]
    parts = [part for low, high in sizes for part in _of_size(cell.datatype, low, high)]
    return "|".join(parts) or NOTHING


def _of_size(datatype: str, low: int, high: int) -> Iterable[str]:
    """Values of a type whose length is from `low` to `high`."""
    if datatype == "C":
        yield f"[^#{UNFIT}]{{{low},{high}}}"
    elif datatype in "IRB":
        yield TYPES[datatype]
    elif datatype == "D":
        yield from [DATE] if low <= 8 <= high else []
    else:
        tail = r"\.[0-9]{2}" if datatype == "ND2" else ""
        for sign in ("", "-"):
            spare = len(sign) + (3 if tail else 0)
            if high > spare:
                yield f"{sign}[0-9]{{{max(low - spare, 1)},{high - spare}}}{tail}"


def _runs(sizes: frozenset[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for size in sorted(sizes):
        if runs and runs[-1][1] == size - 1:
            runs[-1] = (runs[-1][0], size)
        else:
            runs.append((size, size))
    return runs
