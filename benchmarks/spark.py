"""The stroke study on DuckDB, on Spark in one process and on a cluster of two workers: equal tables, and their times.

`make bench-spark`, or `python -m benchmarks.spark 100000`. Every table that a party holds
at the end is compared with DuckDB's, row for row and as often; so are the indicators. 1 when one differs.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

import duckdb

from tests.simulate.cluster import cluster
from workbench.dataflow import Flow
from workbench.indicators import compute_indicators
from workbench.main.checks import open_study
from workbench.simulate import EngineSettings, run_flow
from workbench.simulate.backends import spark
from workbench.synth import generate

CATALOG = Path("catalog")
STUDY = "stroke-care"


def main(sizes: list[int]) -> int:
    """Every size on every engine; 1 when two results differ."""
    flow = open_study(STUDY, CATALOG)
    differ = 0
    print(f"{'persons':>10}  {'engine':<8} {'study':>8} {'indicators':>10}   tables and figures equal to DuckDB's")
    for persons in sizes:
        with tempfile.TemporaryDirectory(prefix="spark-") as name:
            folder = Path(name)
            generate(folder / "data", persons, 7, None, CATALOG)
            for engine in ("duckdb", "spark", "cluster"):
                with cluster(folder, "2g") if engine == "cluster" else nullcontext() as master:
                    differ += not _measured(flow, folder, engine, master, persons)
                    if engine == "spark":
                        spark.stop()
    return int(differ > 0)


def _measured(flow: Flow, folder: Path, engine: str, master: str | None, persons: int) -> bool:
    kind = "duckdb" if engine == "duckdb" else "spark"
    settings = EngineSettings(engine=kind, memory="4GB" if kind == "duckdb" else "2GB", master=master)
    started = time.perf_counter()
    # Keys are random; two runs can only be compared when both draw the same.
    same = hashlib.sha256(b"benchmark").digest()
    with mock.patch("workbench.simulate.vault.secrets.token_bytes", lambda n: same[:n]):
        run = run_flow(flow, folder / "data", folder / engine, settings)
    ran = time.perf_counter()
    table = compute_indicators(flow, run, settings).table
    assert table is not None
    figures = [sorted(map(repr, getattr(table, one).to_pylist())) for one in ("cells", "counts")]
    ended = time.perf_counter()
    (folder / f"{engine}.txt").write_text(repr(figures), encoding="utf-8")
    told = _equal(folder, engine)
    equal = told is None
    print(
        f"{persons:>10,}  {engine:<8} {ran - started:>6.1f} s {ended - ran:>8.1f} s   {'yes' if equal else told}",
        flush=True,
    )
    return equal


def _equal(folder: Path, engine: str) -> str | None:
    """The first thing that differs from DuckDB's run; None when nothing does."""
    mine, first = (_tables(folder / one) for one in (engine, "duckdb"))
    if mine.keys() != first.keys() or not mine:
        return f"other tables: {sorted(mine.keys() ^ first.keys())}"
    for name, path in mine.items():
        for one, other in ((path, first[name]), (first[name], path)):
            more = duckdb.sql(f"SELECT count(*) FROM (FROM '{one}' EXCEPT ALL FROM '{other}')").fetchall()[0][0]
            if more:
                return f"{name}: {more:,} rows"
    return None if (folder / f"{engine}.txt").read_text() == (folder / "duckdb.txt").read_text() else "figures"


def _tables(run: Path) -> dict[str, Path]:
    return {str(path.relative_to(run)): path for path in sorted((run / "vaults").rglob("*.parquet"))}


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [100_000]))
