"""Rows of an MZG file in and out: a file without violations comes back byte for byte.

Rows are read as the texts that stand in the file, empty ones as null, so that `01` stays `01`; `typed` turns
them into the catalogue's types. Both kinds can be written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from workbench.catalog.model import Catalog
from workbench.errors import Problem, Problems
from workbench.interchange.facts import CATALOG
from workbench.interchange.mzg.layout import Layout, layout_of
from workbench.interchange.mzg.lines import ENCODING, LONGEST_LINE, Batch, Lines
from workbench.interchange.mzg.values import as_texts, as_types, types_of

NEWLINE = b"mzg.newline"
ROWS = 50_000
SHOWN = 100


def read_mzg(path: Path, catalog: Catalog, root: Path = CATALOG, *, typed: bool = False) -> pa.RecordBatchReader:
    """The rows of the file, in batches: one column per field, in the order of the layout.

    Texts, or with `typed` int64 (N), decimal128(38, 2) (ND2), date32 (D) and text (C). Raises `Problems` when
    the name gives no layout, and while reading when lines are no records or values not of their type.
    """
    layout = layout_of(path.name, catalog, root)
    texts = pa.schema([(cell.name, pa.large_string()) for cell in layout.cells])
    schema = (types_of(layout) if typed else texts).with_metadata({NEWLINE: _newline(path)})
    batches = _read(path, layout, schema, typed)
    return pa.RecordBatchReader.from_batches(schema, batches)


def write_mzg(rows: pa.Table | pa.RecordBatchReader, path: Path, catalog: Catalog, root: Path = CATALOG) -> int:
    """Write rows, texts or typed, as the file that the name of `path` says; returns their number.

    The line end is that of the file the rows were read from, else LF. A file is complete or not there. Raises
    `Problems` when columns are missing or unknown, and when a value cannot stand in a field: one with '#', a
    control character or a character outside code page 1252. Whether values fit the layout `check_mzg` says.
    """
    layout = layout_of(path.name, catalog, root)
    _same_columns(layout, rows.schema.names)
    newline = (rows.schema.metadata or {}).get(NEWLINE, b"\n")
    part, count = path.with_name(f".{path.name}.part"), 0
    try:
        with part.open("wb") as file:
            for batch in _batches(rows):
                texts = as_texts(batch.select([cell.name for cell in layout.cells]), layout, count)
                file.write(_lines(texts, newline, layout, count))
                count += batch.num_rows
        os.replace(part, path)
    except OSError as error:
        todo = "choose a folder that exists and may be written"
        why = str(error.strerror)
        raise Problems([Problem(path.name, 1, "the file cannot be written", why, todo)]) from None
    finally:
        if part.exists():
            part.unlink()
    return count


def _read(path: Path, layout: Layout, schema: pa.Schema, typed: bool) -> Iterator[pa.RecordBatch]:
    lines = Lines(path)
    for batch in lines.batches():
        columns = _columns(batch, layout)
        if columns is not None:
            rows = pa.table(columns, names=[cell.name for cell in layout.cells])
            yield from (as_types(rows, layout) if typed else rows).cast(schema).to_batches()
    fatal = [flaw for flaw in lines.flaws if flaw.fatal]
    if fatal:
        found = [Problem(layout.name.text, flaw.line, flaw.what, flaw.why, flaw.todo) for flaw in fatal]
        raise Problems(found)


def _columns(batch: Batch, layout: Layout) -> list[pa.ChunkedArray] | None:
    """The fields of the records in a batch; None when all its lines are blank. Raises `Problems`."""
    bare = pc.utf8_rtrim(batch.texts, " \t\r")
    filled = pc.not_equal(bare, "")
    cells = pc.split_pattern(pc.filter(bare, filled), "#")
    if not len(cells):
        return None
    wanted = len(layout.cells)
    right = pc.equal(pc.list_value_length(cells), wanted + 1)
    right = pc.and_(right, pc.ends_with(pc.filter(bare, filled), "#"))
    if not pc.all(right).as_py():
        places = pc.filter(pc.indices_nonzero(filled), pc.invert(right))
        raise Problems([_misshapen(layout, batch.first + place.as_py()) for place in places[:SHOWN]])
    columns = (pc.list_element(cells, place) for place in range(wanted))
    return [pc.if_else(pc.equal(column, ""), None, column) for column in columns]


def _misshapen(layout: Layout, line: int) -> Problem:
    what = f"the line is not a record of {len(layout.cells)} fields, each ended by '#'"
    return Problem(layout.name.text, line, what, "its rows cannot be told apart", "check the file first")


def _newline(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return b"\r\n" if file.readline(LONGEST_LINE).endswith(b"\r\n") else b"\n"
    except OSError as error:
        why, todo = str(error.strerror), "correct its path or its permissions"
        raise Problems([Problem(path.name, 1, "the file cannot be read", why, todo)]) from None


def _batches(rows: pa.Table | pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    parts: Iterable[pa.RecordBatch] = rows.to_batches() if isinstance(rows, pa.Table) else rows
    for part in parts:
        for start in range(0, part.num_rows, ROWS):
            yield part.slice(start, ROWS)


def _same_columns(layout: Layout, names: Iterable[str]) -> None:
    wanted, given = [cell.name for cell in layout.cells], list(names)
    found = [(name, "is missing") for name in wanted if name not in given]
    found += [(name, f"is no field of {layout.name.table}") for name in given if name not in wanted]
    if found or len(given) != len(wanted):
        found = found or [("a column", "is given twice")]
        why, todo = "a file has all fields of its layout and no others", "correct the columns"
        raise Problems([Problem(layout.name.text, 1, f"{name} {what}", why, todo) for name, what in found])


def _lines(columns: list[pa.Array], newline: bytes, layout: Layout, before: int) -> bytes:
    """The records of a batch as bytes; `before` rows stand before it. Raises `Problems`."""
    end, mark = (pa.scalar(text, pa.large_string()) for text in (newline.decode(), "#"))
    texts = pc.binary_join_element_wise(*columns, end, mark, null_handling="replace", null_replacement="")
    block = "".join(texts.to_pylist())
    try:
        return block.encode(ENCODING)
    except UnicodeEncodeError as error:
        line = before + 1 + block[: error.start].count("\n")
        what, why = f"the record has {block[error.start]!r}", f"{ENCODING} does not have this character"
        raise Problems([Problem(layout.name.text, line, what, why, "write it otherwise")]) from None
