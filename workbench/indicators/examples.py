"""Small text tables beside a definition: patients' rows, and whether each belongs in the denominator and the numerator.

A file `catalog/indicators/examples/<id>.txt` has a line `defaults: column=value, ...` for what all rows share, and then
tables: the name of a part, a line with columns, rows; `-` is an empty value. The unit's own table also has the
columns `denominator`, then `numerator` or the amount (`value`, `exposure`), and `why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from workbench.dataflow.schema import Column

EXPECTED = ("denominator", "numerator", "value", "exposure", "why")
ARROW = {"string": pa.string(), "integer": pa.int64(), "bigint": pa.int64(), "boolean": pa.bool_(),
         "decimal": pa.float64(), "date": pa.date32()}  # fmt: skip
Row = Mapping[str, str]


@dataclass(frozen=True)
class Example:
    """text: the file as it stands. tables: rows as texts, by part. defaults: what rows have that do not say it."""

    text: str
    tables: Mapping[str, tuple[Row, ...]]
    defaults: Row

    def part(self, name: str, columns: tuple[Column, ...]) -> pa.Table:
        """A part with all its columns; raises ValueError for a column the analysis dataset does not have."""
        rows = self.tables.get(name, ())
        known = {one.name for one in columns}
        strange = {column for row in rows for column in row} - known - set(EXPECTED)
        if strange:
            raise ValueError(f"table '{name}' of the example has {', '.join(sorted(strange))}, which the data have not")
        made = {}
        for one in columns:
            texts = [row.get(one.name, self.defaults.get(one.name, "-")) for row in rows]
            made[one.name] = pa.array([_value(text, ARROW[one.type]) for text in texts], ARROW[one.type])
        return pa.table(made)


def read_example(path: Path) -> Example:
    """The example of a file."""
    text = path.read_text(encoding="utf-8")
    head, *blocks = [block for block in text.strip().split("\n\n") if block.strip()]
    given = head.removeprefix("defaults:").replace("\n", " ").split(",")
    defaults = {name.strip(): value.strip() for name, _, value in (one.partition("=") for one in given) if name.strip()}
    tables = {}
    for block in blocks:
        name, heading, *lines = block.strip().splitlines()
        columns = [cell.strip() for cell in heading.split("|")]
        rows = [[cell.strip() for cell in line.split("|")] for line in lines]
        tables[name.strip()] = tuple(dict(zip(columns, row, strict=True)) for row in rows)
    return Example(text, tables, defaults)


def _value(text: str, kind: pa.DataType) -> object:
    if text == "-":
        return None
    if kind == pa.bool_():
        return {"yes": True, "no": False}[text]
    if kind == pa.int64():
        return int(text)
    return float(text) if kind == pa.float64() else text
