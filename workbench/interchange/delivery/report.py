"""What a check of an extract found, in words for who keeps the data at a hospital: counts, first places, what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import Severity
from workbench.interchange.delivery.layout import Columns
from workbench.interchange.mzg.violation import TYPES

SHOWN = 5  # places of each kind of fault
SHORT = 40  # characters of a value


@dataclass(frozen=True)
class Fault:
    """One kind of fault of one column: how often, and where first. `rule` and `field` tell kinds apart."""

    rule: str
    field: str
    count: int
    places: tuple[tuple[int, str], ...]  # line, and the value where it may be shown
    what: str
    why: str
    todo: str
    severity: Severity = "error"


@dataclass
class Report:
    """The outcome for one extract. `fine` when no error was found; then it may be loaded."""

    path: Path
    table: str
    form: str
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Whether nothing stands against loading it."""
        return not any(one.severity == "error" for one in self.faults)

    def plain(self) -> dict[str, Any]:
        """The report ready for JSON."""
        faults = [
            {
                "rule": one.rule, "field": one.field, "severity": one.severity, "count": one.count, "what": one.what,
                "why": one.why, "todo": one.todo,
                "places": [{"at": f"{self.path}:{line}", "value": value} for line, value in one.places],
            }
            for one in self.faults
        ]  # fmt: skip
        shown = {"file": str(self.path), "table": self.table, "form": self.form, "rows": self.rows}
        return {**shown, "fine": self.fine, "faults": faults}


def words(rule: str, at: int, columns: Columns, period: str = "") -> tuple[str, str, str]:
    """What, why and what to do about values of the column at position `at` that break `rule`."""
    cell, field_ = columns.cells[at], columns.fields[at]
    if rule == "mandatory":
        return "it is empty", f"every row of {columns.table.ref} must have it", "fill it"
    if rule == "type":
        kind, todo = TYPES[cell.datatype]
        return f"it is not {kind}", f"the catalogue says {field_.type}", todo
    if rule == "length":
        return "it is too short or too long", f"its length is {field_.length}", "check leading zeros and cut values"
    if rule == "code":
        codes = sorted(cell.codes or ())
        some = ", ".join(codes[:8]) + (", ..." if len(codes) > 8 else "")
        return "it is no code of its list", f"list {cell.list_id} has {some}", "translate it to a code of the list"
    if rule == "name":
        said = " or ".join(sorted(cell.named or (), key=len)[:1])
        return "it disagrees with the name of the file", f"the name says {said}", "move the rows to their own file"
    if rule == "character":
        what = "it has a control character or an unreadable byte"
        return what, "no value has one", "remove it, or save the file in the right code page"
    if rule == "digits":
        what = f"its form or its check digits are not those of a {columns.checks[at]} number"
        return what, "such a number was never given out", "correct the number"
    return "it lies outside the period", period, "deliver the period that was asked for"
