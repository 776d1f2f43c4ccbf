"""Spark, in this process or on a cluster: for what one machine has outgrown. It is an extra, imported only when asked.

Spark does not confine a session to folders as DuckDB does: paths are checked here, which holds for expressions, and a
site keeps vaults apart by the rights on its storage (docs/scale.md).
"""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import Refused, WorkbenchError
from workbench.simulate.backends.session import SPILL, EngineSettings

MISSING = (
    "Spark is not installed. Install it with: pip install 'pyspark>=4.0.5,<4.1' (it needs Java 17), "
    "or leave out '--engine spark'."
)


@contextmanager
def translated() -> Iterator[None]:
    """Errors of Spark as errors of ours, in one sentence; nothing is imported for it."""
    try:
        yield
    except Exception as error:
        kinds = (_class("pyspark.errors", "PySparkException"), _class("py4j.protocol", "Py4JError"))
        if any(kind is not None and isinstance(error, kind) for kind in kinds):
            said = str(error).strip().splitlines()[0].rstrip(".")
            raise WorkbenchError(f"Spark could not do this: {said}.") from error
        raise


def _class(module: str, name: str) -> type | None:
    loaded = sys.modules.get(module)
    return getattr(loaded, name, None) if loaded else None


@cache
def _connect(master: str, memory: str) -> Any:
    """One Spark application for all sessions of this process: starting one takes seconds."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise WorkbenchError("Spark needs Java 17 or later, and this machine has none. Install one, or use DuckDB.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    here = master.startswith(("local", "spark://127.0.0.1"))
    if here:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    try:
        from pyspark.sql import SparkSession as Application
    except ImportError as error:
        raise WorkbenchError(MISSING) from error
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": memory.lower().replace("gb", "g").replace("mb", "m"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",  # an overflow or a wrong cast is an error, as in DuckDB, never a null
        "spark.sql.parquet.compression.codec": "zstd",
    }
    if here:  # nothing listens outside this machine; workers elsewhere must reach the driver by its own address
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings |= {"spark.sql.shuffle.partitions": "4"}  # elsewhere the site knows how many cores there are
    builder = Application.builder.appName("study-workbench").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    with translated():
        application = builder.getOrCreate()
        application.sparkContext.setLogLevel("ERROR")
        return ibis.pyspark.connect(application)


def stop() -> None:
    """End the Spark application of this process, so that the next session may use another cluster."""
    from pyspark.sql import SparkSession as Application

    running = Application.getActiveSession()
    if running is not None:
        running.stop()
    _connect.cache_clear()


class SparkSession:
    """A `Session` on Spark. Tables of a session have names of their own, gone when it closes."""

    def __init__(self, folders: Sequence[Path], settings: EngineSettings, files: Sequence[Path] = ()) -> None:
        self._ibis = _connect(settings.master or f"local[{settings.threads}]", settings.memory)
        self._folders = tuple(folder.resolve() for folder in folders)
        self._files = frozenset(file.resolve() for file in files)
        self._spill = folders[0] / SPILL
        self._spill.mkdir(exist_ok=True)
        self._prefix = f"held_{uuid.uuid4().hex}"
        self._names: list[str] = []
        self._made = 0

    def read(self, path: Path) -> ir.Table:
        """A Parquet file as a table."""
        self._inside(path)
        with translated():
            return self._ibis.read_parquet(f"file://{path.resolve()}", table_name=self._name())

    def register(self, rows: pa.Table) -> ir.Table:
        """An Arrow table as a table of this session."""
        path = self._spill / f"{self._name()}.parquet"
        pq.write_table(rows, path)
        return self.read(path)

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows, computed once."""
        return self.read(self._save(rows))

    def write(self, rows: ir.Table, path: Path) -> int:
        """Write `rows` as one Parquet file; Spark's own files are put together row group by row group."""
        self._inside(path)
        made = self._save(rows)
        part = path.with_name(f".{path.name}.part")
        schema = rows.schema().to_pyarrow()
        count = 0
        with pq.ParquetWriter(part, schema, compression="zstd", compression_level=1) as writer:
            for piece in sorted(made.glob("part-*")):
                source = pq.ParquetFile(piece)
                for batch in source.iter_batches():
                    table = pa.Table.from_batches([batch]).cast(schema)
                    writer.write_table(table)
                    count += table.num_rows
        part.replace(path)
        shutil.rmtree(made)
        return count

    def arrow(self, rows: ir.Table) -> pa.Table:
        """The rows, in memory."""
        # By way of a file: the direct way leads through pandas, which turns whole numbers with gaps into fractions.
        made = self._save(rows)
        table = pa.concat_tables([pq.read_table(piece) for piece in sorted(made.glob("part-*"))])
        return table.cast(rows.schema().to_pyarrow())

    def share(self) -> float:
        """Share (0 to 1) of the tasks of the stages that are running."""
        tracker = self._ibis._session.sparkContext.statusTracker()
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        tasks = sum(one.numTasks for one in stages if one)
        return sum(one.numCompletedTasks for one in stages if one) / tasks if tasks else 0.0

    def clear(self) -> None:
        """Forget every table of this session."""
        self.close()
        self._names.clear()
        self._spill.mkdir()

    def close(self) -> None:
        """End the session's tables and temporary files."""
        for name in self._names:
            with translated():
                self._ibis.drop_view(name, force=True)
        shutil.rmtree(self._spill, ignore_errors=True)

    def _save(self, rows: ir.Table) -> Path:
        folder = self._spill / f"{self._name()}.parquet"
        mapper = self._ibis.compiler.type_mapper
        types = {name: mapper.to_string(kind) for name, kind in rows.schema().items()}
        # Spark's own type may be narrower (a small literal) or wider (a sum) than the one ibis believes in.
        columns = ", ".join(f"CAST(`{name}` AS {kind}) AS `{name}`" for name, kind in types.items())
        with translated():
            frame = self._ibis.raw_sql(f"SELECT {columns} FROM ({self._ibis.compile(rows)})")
            frame.write.parquet(f"file://{folder.resolve()}", mode="overwrite")
        return folder

    def _inside(self, path: Path) -> None:
        resolved = path.resolve()
        if resolved not in self._files and not any(resolved.is_relative_to(folder) for folder in self._folders):
            raise Refused(f"The engine refuses: {path} is outside the folders of this actor.")

    def _name(self) -> str:
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        self._names.append(name)
        return name
