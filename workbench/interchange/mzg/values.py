"""Columns of an MZG file as typed values and as the texts of the file."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import Problem, Problems
from workbench.interchange.mzg.layout import Cell, Layout
from workbench.interchange.mzg.patterns import TYPES

ARROW = {"C": pa.large_string(), "N": pa.int64(), "ND2": pa.decimal128(38, 2), "D": pa.date32()}
# What would end a field or a record, and control characters; the others that cannot be coded show on writing.
UNFIT = r"[#\x00-\x1f\x7f]"


def types_of(layout: Layout) -> pa.Schema:
    """The typed columns of a layout."""
    return pa.schema([(cell.name, ARROW[cell.datatype]) for cell in layout.cells])


def as_types(rows: pa.Table, layout: Layout) -> pa.Table:
    """Rows of texts as typed rows. Raises `Problems` naming each field with a value not of its type."""
    columns, problems = [], []
    for cell in layout.cells:
        texts = rows.column(cell.name)
        unfit = pc.invert(pc.match_substring_regex(texts, f"^(?:{TYPES[cell.datatype]})$"))
        try:
            if pc.any(unfit).as_py():
                raise pa.ArrowInvalid(_first(texts, unfit))
            columns.append(_typed(texts, cell))
        except pa.ArrowInvalid as error:
            what, why = f"{cell.name} has values that are not of type {cell.datatype}", str(error)
            problems.append(Problem(layout.name.text, 1, what, why, "check the file first"))
    if problems:
        raise Problems(problems)
    return pa.table(columns, schema=types_of(layout))


def as_texts(rows: pa.RecordBatch, layout: Layout, before: int) -> list[pa.Array]:
    """Columns, texts or typed, as the texts of the file; `before` rows were written. Raises `Problems`."""
    texts, problems = [], []
    for cell in layout.cells:
        column = _text(rows.column(cell.name), cell, layout)
        unfit = pc.fill_null(pc.match_substring_regex(column, UNFIT), False)
        if pc.any(unfit).as_py():
            line = before + 1 + pc.index(unfit, True).as_py()
            what = f"{cell.name} has a value that cannot stand in a field, {_first(column, unfit)}"
            why, todo = "it has '#', a line end or a control character", "remove the character"
            problems.append(Problem(layout.name.text, line, what, why, todo))
        texts.append(column)
    if problems:
        raise Problems(problems)
    return texts


def _typed(texts: pa.ChunkedArray, cell: Cell) -> pa.ChunkedArray:
    if cell.datatype == "D":
        return pc.cast(pc.strptime(texts, "%Y%m%d", "s"), pa.date32())
    return pc.cast(texts, ARROW[cell.datatype])


def _text(column: pa.Array, cell: Cell, layout: Layout) -> pa.Array:
    kind = column.type
    if pa.types.is_date(kind):
        return pc.cast(pc.strftime(column, "%Y%m%d"), pa.large_string())
    try:
        if pa.types.is_decimal(kind):
            column = pc.cast(column, pa.decimal128(38, 2 if cell.datatype == "ND2" else 0))
        elif not (pa.types.is_integer(kind) or _is_text(kind) or pa.types.is_null(kind)):
            raise pa.ArrowInvalid(f"a column of type {kind} has no one form in these files")
        elif pa.types.is_integer(kind) and cell.datatype == "ND2":
            column = pc.cast(column, pa.decimal128(38, 2))
        return pc.cast(column, pa.large_string())
    except pa.ArrowInvalid as error:
        todo = "give texts, whole numbers, decimals with two places or dates"
        what = f"{cell.name} cannot be written"
        raise Problems([Problem(layout.name.text, 1, what, str(error), todo)]) from None


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _first(texts: pa.ChunkedArray | pa.Array, where: pa.ChunkedArray | pa.Array) -> str:
    """The first value where `where` holds, as a person reads it."""
    value = str(pc.filter(texts, where)[0])
    return f"for example {value[:40]!r}"
