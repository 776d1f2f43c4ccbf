"""How long the measures of person-level risk take: a million rows, six quasi-identifiers, beside pycanon.

Run as `python -m benchmarks.microdata` from the root of the repository. pycanon needs older libraries than ours, so it
lives in an environment of its own, whose Python is given: `--pycanon ENV/bin/python` adds its times on the same file
and the ratios. What takes it longer than `--patience` seconds is stopped. Bounds asked for: k and l 1 s each, t 3 s,
minimal uniques 15 s.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.disclosure.microdata import measure, minimal_uniques
from workbench.simulate import EngineSettings
from workbench.simulate.backends import open_session

QUASI = ("birth", "sex", "zip", "hospital", "year", "admission")
SECRET = "diagnosis"
OTHER = """
import sys, time
import pandas as pd
from pycanon import anonymity
data = pd.read_csv(sys.argv[1])
started = time.perf_counter()
call = {"k": lambda q, s: anonymity.k_anonymity(data, q), "l": lambda q, s: anonymity.l_diversity(data, q, s),
        "t": lambda q, s: anonymity.t_closeness(data, q, s)}[sys.argv[2]]
print(call(sys.argv[3].split(","), [sys.argv[4]]), time.perf_counter() - started)
"""


def table(rows: int, seed: int = 1) -> pa.Table:
    """Persons with six quasi-identifiers and a diagnosis; a fifth of the postal codes has most of the persons."""
    random = np.random.default_rng(seed)
    return pa.table({
        "birth": 1920 + random.integers(0, 100, rows),
        "sex": random.integers(1, 3, rows),
        "zip": 1000 + (600 * random.beta(1, 3, rows)).astype("int64"),
        "hospital": (100 * random.beta(1, 2, rows)).astype("int64"),
        "year": random.integers(2017, 2020, rows),
        "admission": random.integers(0, 5, rows),
        SECRET: pa.array([f"I{code}" for code in range(60, 110)]).take(random.integers(0, 50, rows)),
    })  # fmt: skip


def beside(python: Path, file: Path, what: str, patience: float) -> float | None:
    """Seconds that pycanon takes; None when it was stopped."""
    command = [str(python), "-c", OTHER, str(file), what, ",".join(QUASI), SECRET]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return None
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--pycanon", type=Path)
    asked.add_argument("--patience", type=float, default=120)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = table(chosen.rows)
        pq.write_table(made, Path(folder) / "rows.parquet")
        other = Path(folder) / "rows.csv"
        if chosen.pycanon:
            made.to_pandas().to_csv(other, index=False)
        session = open_session([Path(folder)], EngineSettings())
        rows = session.keep(session.read(Path(folder) / "rows.parquet"))
        ours: dict[str, Callable[[ibis.Table], object]] = {
            "k": lambda held: measure.classes(held, QUASI, 5).classes,
            "l": lambda held: measure.diversity(held, QUASI, SECRET, 2)[0],
            "t": lambda held: round(measure.closeness(held, QUASI, SECRET), 4),
            "t of numbers in order": lambda held: round(measure.closeness(held, QUASI[:1], "zip", True), 4),
            "minimal uniques": lambda held: len(minimal_uniques(held, QUASI, session.keep).sets),
        }
        print(f"{chosen.rows:,} rows, {len(QUASI)} quasi-identifiers")
        for name, call in ours.items():
            started, used = time.perf_counter(), time.process_time()
            found = call(rows)
            seconds, processor = time.perf_counter() - started, time.process_time() - used
            line = f"{name:22} {seconds:7.2f} s  {processor:7.2f} s of processor  ({found})"
            if chosen.pycanon and name in ("k", "l", "t"):
                theirs = beside(chosen.pycanon, other, name, chosen.patience)
                more = f"over {chosen.patience:.0f} s, stopped" if theirs is None else f"{theirs:.1f} s"
                ratio = (theirs or chosen.patience) / seconds
                line += f"  pycanon {more}: {'over ' if theirs is None else ''}{ratio:.0f} times"
            print(line, flush=True)
        session.close()


if __name__ == "__main__":
    main()
