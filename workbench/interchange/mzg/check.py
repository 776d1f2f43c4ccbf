"""Checks an MZG file against the catalogue, field by field, and gives every violation in order of the lines.

The file streams through in batches, so memory does not grow with it; only the keys are kept, and DuckDB moves
those to disk when they pass its limit. No violation ends the checking but a fatal flaw of form.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from workbench.catalog.model import Catalog
from workbench.interchange.facts import CATALOG
from workbench.interchange.mzg import expressions
from workbench.interchange.mzg.layout import Layout, layout_of
from workbench.interchange.mzg.lines import Batch, Lines
from workbench.interchange.mzg.violation import Violation, of_field, of_form, of_key, of_line, of_name

MEMORY = "512MB"
PART = 16_384


def check_mzg(path: Path, catalog: Catalog, root: Path = CATALOG) -> Iterator[Violation]:
    """Every violation of the file at `path`, line by line; repeated keys come last.

    Checked per field: duty, type, length in the year of the file's name, code list (where the list is
    complete: no working codes), agreement with the file's name, characters; per record: the number of fields
    and, over the whole file, that the catalogue's key identifies it. Raises `Problems` when the name gives no
    layout.
    """
    return _violations(path, layout_of(path.name, catalog, root))


def _violations(path: Path, layout: Layout) -> Iterator[Violation]:
    lines, told = Lines(path), 0
    yield from of_name(layout)
    with tempfile.TemporaryDirectory() as spill, _connect(spill) as connection:
        connection.execute("CREATE TABLE keys (line BIGINT, key VARCHAR)")
        for batch in lines.batches():
            yield from of_form(layout, lines.flaws[told:])
            told = len(lines.flaws)
            yield from _batch(connection, layout, batch)
        yield from of_form(layout, lines.flaws[told:])
        yield from _repeated(connection, layout)


def _connect(spill: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": spill})


def _batch(connection: duckdb.DuckDBPyConnection, layout: Layout, batch: Batch) -> list[Violation]:
    """The violations of a batch in the order of its lines; the keys of its records go to table `keys`."""
    numbers = pa.array(np.arange(batch.first, batch.first + len(batch.texts)))
    table = pa.table({"line": numbers, "text": batch.texts})
    connection.register("lines", _in_parts(table))
    suspects = connection.execute(expressions.suspects(layout)).to_arrow_table()
    found: list[Violation] = []
    if suspects.num_rows:
        connection.register("suspects", _in_parts(suspects))
        for said in connection.execute(expressions.misshapen(layout)).fetchall():
            found += of_line(layout, *said)
        for line, place, bits, value in connection.execute(expressions.broken(layout)).fetchall():
            rules = [rule for bit, rule in enumerate(expressions.RULES) if bits & 1 << bit]
            found += [of_field(layout, line, place, rule, value) for rule in rules]
        connection.unregister("suspects")
    connection.execute(f"INSERT INTO keys {expressions.keys(layout)}")
    connection.unregister("lines")
    return sorted(found, key=lambda violation: violation.line)


def _in_parts(table: pa.Table) -> pa.Table:
    """The same rows in parts, because one part is read by one thread."""
    return pa.Table.from_batches(table.to_batches(max_chunksize=PART))


def _repeated(connection: duckdb.DuckDBPyConnection, layout: Layout) -> Iterator[Violation]:
    cursor = connection.execute(
        """SELECT line, first FROM keys JOIN (
               SELECT key, min(line) AS first FROM keys GROUP BY key HAVING count(*) > 1
           ) USING (key) WHERE line > first ORDER BY line"""
    )
    while rows := cursor.fetchmany(10_000):
        yield from (of_key(layout, line, first) for line, first in rows)
