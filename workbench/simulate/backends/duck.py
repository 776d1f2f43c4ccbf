"""DuckDB, inside this process: the engine itself refuses every path outside a session's folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.errors import Refused, WorkbenchError
from workbench.simulate.backends.session import SPILL, EngineSettings


@contextmanager
def translated() -> Iterator[None]:
    """Errors of DuckDB as errors of ours, in one sentence."""
    try:
        yield
    except duckdb.PermissionException as error:
        raise Refused(f"The engine refuses: {_sentence(error)}.") from error
    except duckdb.Error as error:
        raise WorkbenchError(f"The engine could not do this: {_sentence(error)}.") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sentence(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")


class DuckSession:
    """A `Session` that the engine itself confines to `folders`, and to single `files` beside them.

    DuckDB refuses every other path, in an expression as in raw SQL, and its configuration is locked
    before a step sees it; a step therefore cannot reach another party's vault even by naming its files.
    Every method raises `Refused` for a path outside the folders, `WorkbenchError` when the engine fails.
    """

    def __init__(self, folders: Sequence[Path], settings: EngineSettings, files: Sequence[Path] = ()) -> None:
        self._raw = duckdb.connect()
        self._ibis = ibis.duckdb.from_connection(self._raw)
        spill = folders[0] / SPILL
        allowed = [str(folder.resolve()) + os.sep for folder in folders]
        self._raw.execute("SET allowed_directories = $folders", {"folders": allowed})
        # Before the folders, which close everything that is not named.
        self._raw.execute("SET allowed_paths = $files", {"files": [str(file.resolve()) for file in files]})
        self._raw.execute("SET temp_directory = $folder", {"folder": str(spill.resolve())})
        self._raw.execute("SET threads = $n", {"n": settings.threads})
        self._raw.execute("SET memory_limit = $m", {"m": settings.memory})
        self._raw.execute("SET preserve_insertion_order = false")
        self._raw.execute("SET enable_external_access = false")
        self._raw.execute("SET lock_configuration = true")
        self._tables = 0

    def read(self, path: Path) -> ir.Table:
        """A Parquet file as a table."""
        with translated():
            return self._ibis.read_parquet(str(path.resolve()), table_name=self._name())

    def register(self, rows: pa.Table) -> ir.Table:
        """An Arrow table as a table of this session."""
        name = self._name()
        self._raw.register(name, rows)
        return self._ibis.table(name)

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows as a temporary table of this session."""
        with translated():
            return self._ibis.create_table(self._name(), rows, temp=True)

    def write(self, rows: ir.Table, path: Path) -> int:
        """Write `rows` as Parquet; the file appears whole or not at all. Returns the number of rows.

        Types are those ibis has for the columns. The engine's own may be wider (a sum) or narrower (a small
        literal), and ibis leaves out a cast to the type it believes to be there.
        """
        part = path.with_name(f".{path.name}.part")
        types = {name: self._ibis.compiler.type_mapper.to_string(kind) for name, kind in rows.schema().items()}
        columns = ", ".join(f"CAST({_quoted(name)} AS {kind}) AS {_quoted(name)}" for name, kind in types.items())
        target = str(part.resolve()).replace("'", "''")
        with translated():
            done = self._raw.execute(
                f"COPY (SELECT {columns} FROM ({self._ibis.compile(rows)})) "
                f"TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
            ).fetchone()
        part.replace(path)
        return int(done[0]) if done else 0

    def arrow(self, rows: ir.Table) -> pa.Table:
        """The rows, in memory."""
        with translated():
            return self._ibis.to_pyarrow(rows)

    def close(self) -> None:
        """End the session and its temporary files."""
        self._raw.close()

    def _name(self) -> str:
        self._tables += 1
        # Not t1, t2: ibis names its own subqueries so, and one of them would then hide a table of ours.
        return f"held_{self._tables}"
