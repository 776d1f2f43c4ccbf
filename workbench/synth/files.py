"""Where tables are written, and the content fingerprint that does not depend on the order of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from workbench.synth.sources import PLACES


@dataclass(frozen=True)
class Writer:
    """Streams the rows of a query to the Parquet file of a table."""

    con: duckdb.DuckDBPyConnection
    root: Path
    row_group: int

    def write(self, table: str, query: str) -> int:
        """Rows written. The query is streamed: memory does not grow with the table."""
        path = self.root / PLACES[table]
        path.parent.mkdir(parents=True, exist_ok=True)
        codec = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2"
        options = f"{codec}, ROW_GROUP_SIZE {self.row_group}"
        written = self.con.execute(f"COPY ({query}) TO {_quoted(path)} ({options})").fetchone()
        return int(written[0]) if written else 0

    def fingerprint(self, table: str) -> str:
        """Sum of the hashes of the rows and their number: the same for the same content in any order."""
        rows = _quoted(self.root / PLACES[table])
        query = f"SELECT coalesce(sum(hash(t)::HUGEINT), 0) || ':' || count(*) FROM {rows} AS t"
        found = self.con.execute(query).fetchone()
        return str(found[0]) if found else ""


def rows_on_disk(root: Path, tables: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Rows of each table as its file says; a missing or torn file counts as -1."""
    con = duckdb.connect()
    for table in tables:
        place = PLACES[table]
        try:
            query = f"SELECT sum(num_rows) FROM parquet_file_metadata({_quoted(root / place)})"
            found = con.execute(query).fetchone()
        except duckdb.Error:
            found = None
        yield table, int(found[0]) if found and found[0] is not None else -1
    con.close()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
