"""DuckDB, inside this process: the engine itself refuses every path outside a session's folders."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.sql.datatypes import DuckDBType

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
        said = f"The engine could not do this: {_sentence(error)}."
        if os.strerror(errno.ENOSPC) in said:
            said += " Steps that were finished stand: make room, and give the same command again to go on."
        raise WorkbenchError(said) from error


@cache
def _type(kind: str) -> dt.DataType:
    """The ibis type of a type's name in DuckDB."""
    return DuckDBType.from_string(kind)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(path: Path) -> str:
    return "'" + str(path.resolve()).replace("'", "''") + "'"


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
        self._raw.execute("SET enable_progress_bar = true")  # so that `share` has something to say
        self._raw.execute("SET enable_progress_bar_print = false")
        self._raw.execute("SET enable_external_access = false")
        self._raw.execute("SET lock_configuration = true")
        self._tables = 0  # names given so far
        self._held: list[tuple[str, str]] = []  # kind and name of what is there

    def read(self, path: Path) -> ir.Table:
        """A Parquet file as a table."""
        name = self._name("VIEW")
        with translated():
            self._raw.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({_text(path)})")
            found = self._raw.execute(f"DESCRIBE {name}").fetchall()
        return self._table(name, ibis.schema({column: _type(kind) for column, kind, *_ in found}))

    def register(self, rows: pa.Table) -> ir.Table:
        """An Arrow table as a table of this session."""
        name = self._name("VIEW")
        self._raw.register(name, rows)
        return self._table(name, ibis.Schema.from_pyarrow(rows.schema))

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows as a temporary table of this session."""
        name = self._name("TABLE")
        with translated():
            self._raw.execute(f"CREATE TEMP TABLE {name} AS {self._typed(rows)}")
        return self._table(name, rows.schema())

    def write(self, rows: ir.Table, path: Path) -> int:
        """Write `rows` as Parquet; the file appears whole or not at all. Returns the number of rows."""
        part = path.with_name(f".{path.name}.part")
        with translated():
            done = self._raw.execute(
                f"COPY ({self._typed(rows)}) TO {_text(part)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
            ).fetchone()
        part.replace(path)
        return int(done[0]) if done else 0

    def _typed(self, rows: ir.Table) -> str:
        """The query of `rows`, with the types ibis has for the columns.

        The engine's own may be wider (a sum) or narrower (a small literal), and ibis leaves out a cast to the type it
        believes to be there.
        """
        types = {name: DuckDBType.to_string(kind) for name, kind in rows.schema().items()}
        columns = ", ".join(f"CAST({_quoted(name)} AS {kind}) AS {_quoted(name)}" for name, kind in types.items())
        return f"SELECT {columns} FROM ({self._ibis.compile(rows)})"

    def _table(self, name: str, schema: ibis.Schema) -> ir.Table:
        """What the engine holds under `name`, without asking it again what that is: a run asks some hundred times."""
        return ops.DatabaseTable(name, schema=schema, source=self._ibis, namespace=ops.Namespace()).to_expr()

    def arrow(self, rows: ir.Table) -> pa.Table:
        """The rows, in memory."""
        with translated():
            return self._ibis.to_pyarrow(rows)

    def share(self) -> float:
        """Share (0 to 1) done of the query that is running."""
        return max(0.0, self._raw.query_progress() / 100)

    def clear(self) -> None:
        """Forget every table of this session."""
        for kind, name in reversed(self._held):
            self._raw.execute(f"DROP {kind} IF EXISTS {name}")
        self._held.clear()

    def close(self) -> None:
        """End the session and its temporary files."""
        self._raw.close()

    def _name(self, kind: str) -> str:
        self._tables += 1
        # Not t1, t2: ibis names its own subqueries so, and one of them would then hide a table of ours.
        name = f"held_{self._tables}"
        self._held.append((kind, name))
        return name
