"""An extract that passed its check becomes a source table of a data folder; one that did not is not loaded at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.catalog.model import Catalog
from workbench.errors import WorkbenchError
from workbench.interchange.delivery.layout import Columns, columns_of
from workbench.interchange.delivery.read import Extract
from workbench.interchange.delivery.report import Report
from workbench.interchange.facts import CATALOG

TYPES = {"C": "VARCHAR", "N": "BIGINT", "ND2": "DOUBLE", "R": "DOUBLE", "D": "DATE", "I": "DATE", "B": "BOOLEAN"}


def load_delivery(report: Report, catalog: Catalog, out: Path, year: int | None = None, root: Path = CATALOG) -> Path:
    """Write the checked extract as `PROVIDER/TABLE.parquet` below `out`, typed; the file is whole or not there.

    Raises `WorkbenchError` when the report has an error: nothing is written then.
    """
    if not report.fine:
        raise WorkbenchError(f"{report.path} is not loaded: its check found errors. Correct them and check it again.")
    columns = columns_of(report.path, report.table, catalog, year, root)
    target = out / columns.table.provider / f"{columns.table.table}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        _write(columns, Extract(report.path, columns), part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _write(columns: Columns, extract: Extract, part: Path) -> None:
    lines = columns.form == "mzg"
    typed = ", ".join(f'{_typed(cell.datatype, at, lines)} AS "{cell.name}"' for at, cell in enumerate(columns.cells))
    split = "(SELECT line, string_split(text, '#') AS cells FROM batch)" if lines else "batch"
    writer: pq.ParquetWriter | None = None
    with duckdb.connect(config={"threads": 2}) as connection:
        try:
            for batch in extract.batches():
                connection.register("batch", batch)
                rows: pa.Table = connection.execute(f"SELECT {typed} FROM {split} ORDER BY line").to_arrow_table()
                writer = writer or pq.ParquetWriter(part, rows.schema, compression="zstd")
                writer.write_table(rows)
        finally:
            if writer is not None:
                writer.close()
    if writer is None:
        raise WorkbenchError(f"{extract.path} has no row, so there is nothing to load.")


def _typed(datatype: str, at: int, lines: bool) -> str:
    value = f"nullif({f'cells[{at + 1}]' if lines else f'CAST(c{at} AS VARCHAR)'}, '')"
    if datatype == "D":
        return f"CAST(strptime({value}, '%Y%m%d') AS DATE)"
    return f"CAST({value} AS {TYPES[datatype]})"
