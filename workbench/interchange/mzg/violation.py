"""One violation in an MZG file, in words for the person who can mend the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from workbench.errors import Problem, Severity
from workbench.interchange.mzg.layout import Cell, Layout
from workbench.interchange.mzg.lines import ENCODING, Flaw

Rule = Literal["form", "fields", "mandatory", "type", "length", "code", "name", "character", "key"]
TYPES = {
    "N": ("a whole number", "write digits only"),
    "ND2": ("a number with two decimals after a point", "write it as in 29.74"),
    "D": ("a date", "write year, month and day as YYYYMMDD"),
    "I": ("a date", "write it as in 2019-02-03"),
    "R": ("a number", "write digits, with a point before decimals"),
    "B": ("a yes or no", "write 1 or 0, or true or false"),
}


@dataclass(frozen=True)
class Violation:
    """What is wrong at a line of a file; `field` is empty when it is the line or the file as a whole."""

    file: str
    line: int
    field: str
    rule: Rule
    what: str
    why: str
    todo: str
    severity: Severity = "error"

    @property
    def problem(self) -> Problem:
        """The violation as the workbench prints it: `file:line: what. why. todo.`"""
        return Problem(self.file, self.line, self.what, self.why, self.todo, self.severity)


def of_form(layout: Layout, flaws: Iterable[Flaw]) -> Iterator[Violation]:
    """Violations of the form of the file."""
    for flaw in flaws:
        severity: Severity = "warning" if flaw.warning else "error"
        yield Violation(layout.name.text, flaw.line, "", "form", flaw.what, flaw.why, flaw.todo, severity)


def of_name(layout: Layout) -> Iterator[Violation]:
    """The kind in the name, whose meaning is not known: another one is worth a look, not a refusal."""
    name = layout.name
    if name.kind != layout.usual_kind:
        why = f"the files seen all have {layout.usual_kind}; what it means is not known"
        what, todo = f"the name has {name.kind} after the hospital", "check the name"
        yield Violation(name.text, 1, "", "name", what, why, todo, "warning")


def of_line(layout: Layout, line: int, marks: int, blank: bool, trailing: bool, ends: bool) -> Iterator[Violation]:
    """A line that is no plain record: blank, with blanks behind it, or with the wrong number of fields.

    Readers skip blanks, but no rule says that they may stand. The fields of a line with too many or too few
    are not checked, since none is sure to be itself.
    """
    wanted = len(layout.cells)
    if blank or trailing:
        what = "the line is blank" if blank else "blanks follow the last '#'"
        yield from of_form(layout, [Flaw(line, what, "reading skips them", "remove them", warning=True)])
    if not blank and (marks != wanted or not ends):
        what = f"the line has {marks} '#' where table {layout.name.table} has {wanted} fields"
        if marks == wanted:
            what = "the line goes on after the last '#'"
        why, todo = "'#' ends every field, the last one included", "correct the line"
        yield Violation(layout.name.text, line, "", "fields", what, why, todo)


def of_key(layout: Layout, line: int, first: int) -> Violation:
    """A record whose key fields repeat those of an earlier one."""
    keys = ", ".join(layout.table.keys)
    what, why = f"the record repeats the key of line {first}", f"in the catalogue {keys} identify one record"
    return Violation(layout.name.text, line, keys, "key", what, why, "remove or correct one of the two")


def of_field(layout: Layout, line: int, at: int, rule: str, value: str) -> Violation:
    """A value of the field at position `at` that breaks `rule`."""
    cell = layout.cells[at]
    what, why, todo = _words(layout, cell, rule, _shown(value))
    return Violation(layout.name.text, line, cell.name, rule, what, why, todo)  # type: ignore[arg-type]


def _words(layout: Layout, cell: Cell, rule: str, value: str) -> tuple[str, str, str]:
    name = cell.name
    if rule == "mandatory":
        return f"{name} is empty", f"it is mandatory in {layout.name.table}", "fill it"
    if rule == "type":
        kind, todo = TYPES[cell.datatype]
        return f"{name} has {value}, which is not {kind}", f"its type is {cell.datatype}", todo
    if rule == "length":
        allowed = _sizes(cell.sizes or frozenset())
        why = f"its length is {allowed} in files of {layout.name.year}"
        return f"{name} has {value}, which is too short or too long", why, "correct the value"
    if rule == "code":
        why = f"code list {cell.list_id} does not have it"
        return f"{name} has {value}, which is no code of its list", why, "use a code of the list"
    if rule == "name":
        allowed = " or ".join(sorted(cell.named or (), key=len)[:1])
        why = f"the file's name says {allowed}"
        return f"{name} has {value}", why, "correct the value, or move the record to its own file"
    why = f"it is a control character, or a byte that {ENCODING} does not have"
    return f"{name} has a character that cannot stand in a field, in {value}", why, "remove it"


def _sizes(sizes: frozenset[int]) -> str:
    low, high = min(sizes), max(sizes)
    if len(sizes) == 1:
        return str(low)
    return f"{low}-{high}" if len(sizes) == high - low + 1 else " or ".join(map(str, sorted(sizes)))


def _shown(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:37] + "...")
