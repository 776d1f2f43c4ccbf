"""What an engine offers to a run: a session that reads and writes inside given folders only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import ibis.expr.types as ir
import pyarrow as pa

Engine = Literal["duckdb", "spark"]
SPILL = ".spill"  # in a session's first folder: where the engine puts what does not fit in memory


@dataclass(frozen=True)
class EngineSettings:
    """Which engine, and its bounds.

    threads: cores used; memory: beyond it DuckDB spills to the vault's own folder, and Spark's driver gets so much;
    master: address of a Spark cluster (`spark://host:7077`), none for one inside this process.
    """

    threads: int = 2
    memory: str = "4GB"
    engine: Engine = "duckdb"
    master: str | None = None


class Session(Protocol):
    """A session of an engine, for one step of one actor.

    Every method raises `Refused` for a path outside the session's folders and `WorkbenchError` when the engine fails.
    """

    def read(self, path: Path) -> ir.Table:
        """A Parquet file as a table."""

    def register(self, rows: pa.Table) -> ir.Table:
        """An Arrow table as a table of this session."""

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows, computed once."""

    def write(self, rows: ir.Table, path: Path) -> int:
        """Write `rows` as one Parquet file with the types ibis has for the columns; whole or not at all.

        Returns the number of rows.
        """

    def arrow(self, rows: ir.Table) -> pa.Table:
        """The rows, in memory."""

    def share(self) -> float:
        """Share (0 to 1) done of what is being computed, asked from another thread; 0 when that is not known."""

    def clear(self) -> None:
        """Forget every table of this session."""

    def close(self) -> None:
        """End the session and its temporary files."""
