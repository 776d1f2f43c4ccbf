"""A variable told less exactly, by the ladders of the catalogue, and how much detail that loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np

from workbench.catalog.generalisation import Generalisation, Rung
from workbench.catalog.model import Catalog
from workbench.errors import WorkbenchError

Levels = Mapping[str, int]  # by variable, the step of its ladder; 0 is the value itself
EXACT = 0


@dataclass(frozen=True)
class Ladder:
    """The ladder of one column of a table."""

    column: str
    source: Generalisation

    @property
    def top(self) -> int:
        """Number of its last step."""
        return len(self.source.steps)

    def step(self, level: int) -> Rung | None:
        """The step of a level; None for the value itself."""
        return self.source.steps[level - 1] if level else None

    def level(self, name: str) -> int:
        """The level of a step's name. Raises `WorkbenchError` for a name that the ladder does not have."""
        for number, rung in enumerate(self.source.steps, start=1):
            if rung.id == name:
                return number
        known = ", ".join(rung.id for rung in self.source.steps)
        raise WorkbenchError(f"{self.column} has no step '{name}'. Its ladder '{self.source.id}' has {known}.")


def told(rows: ir.Table, ladders: Sequence[Ladder], levels: Levels, catalog: Catalog) -> ir.Table:
    """The rows with the variables of `ladders` at their levels; other columns as they are."""
    changed = {
        one.column: rung_value(rows[one.column], rung, catalog)
        for one in ladders
        if (rung := one.step(levels.get(one.column, EXACT))) is not None
    }
    return rows.mutate(**changed) if changed else rows


def rung_value(column: ir.Value, rung: Rung, catalog: Catalog) -> ir.Value:
    """A column at one step of a ladder; empty stays empty, and so does a code that the list does not have."""
    if rung.withhold:
        return ibis.null("string")
    if rung.width is not None:
        return (column.cast("int64") // rung.width * rung.width).cast("int64")
    if rung.date is not None:
        return column.cast("date").truncate({"month": "M", "quarter": "Q", "year": "Y"}[rung.date])
    code = column.cast("string")
    if rung.of is not None:
        first, length = rung.of
        code = code.substr(first - 1, length) + (rung.pad or "")
    if rung.to is None:
        return code
    entries = catalog.codes[rung.codes or ""].entries
    return code.cases(
        *((one.code, str(one.attributes[rung.to])) for one in entries if one.code), else_=ibis.null("string")
    )


def detail(rows: ir.Table, column: str) -> float:
    """Bits of detail (Shannon) in a column: 0 when all rows have one value, 1 for two equally frequent ones."""
    counts = rows.group_by(column).aggregate(n=rows.count())["n"].to_pyarrow().to_numpy()
    share = np.sort(counts) / counts.sum()  # in order, so that the same rows give the same last digit
    return float(-(share * np.log2(share)).sum()) if len(share) else 0.0


def losses(rows: ir.Table, ladders: Sequence[Ladder], catalog: Catalog) -> dict[str, tuple[float, ...]]:
    """Per variable, the share of its detail in these rows that each level loses: 0 for the value itself."""
    found = {}
    for one in ladders:
        whole = detail(rows, one.column)
        lost = [0.0]
        for level in range(1, one.top + 1):
            left = detail(told(rows, [one], {one.column: level}, catalog), one.column)
            lost.append(max(1 - left / whole, lost[-1]) if whole else 0.0)
        found[one.column] = tuple(lost)
    return found
