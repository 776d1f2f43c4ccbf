"""Where tables are written, and the content fingerprint that does not depend on the order of rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
    dictionary: int

    def write(self, table: str, query: str, tell: Callable[[float], None]) -> int:
        """Rows written. The query is streamed: memory does not grow with the table. `tell` gets the share done."""
        path = self.root / PLACES[table]
        path.parent.mkdir(parents=True, exist_ok=True)
        codec = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2"
        options = f"{codec}, ROW_GROUP_SIZE {self.row_group}, DICTIONARY_SIZE_LIMIT {self.dictionary}"
        with _watched(self.con, tell):
            written = self.con.execute(f"COPY ({query}) TO {_quoted(path)} ({options})").fetchone()
        return int(written[0]) if written else 0


@contextmanager
def _watched(con: duckdb.DuckDBPyConnection, tell: Callable[[float], None]) -> Iterator[None]:
    """Tell a few times a second how far the running query is, as the engine says."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            share = con.query_progress()
            if 0 < share <= 100:
                tell(share / 100)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def fingerprint(root: Path, tables: Iterable[str]) -> dict[str, str]:
    """Sum of the hashes of the rows and their number, by table: the same for the same content in any order.

    Reads every row, which for the whole country takes a quarter of the time of making them: so it is told when asked.
    """
    con = duckdb.connect()
    found = {}
    for table in tables:
        rows = _quoted(root / PLACES[table])
        query = f"SELECT coalesce(sum(hash(t)::HUGEINT), 0) || ':' || count(*) FROM {rows} AS t"
        found[table] = str(con.execute(query).fetchall()[0][0])
    con.close()
    return found


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
