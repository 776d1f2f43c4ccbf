"""How fast data are made: beside their own floor, and per billing row beside numpy, Faker and SDV.

`make bench-generation`. The floor computes the same expressions of the same persons, in memory, and writes nothing.
Peers make the twelve fields of HEALTH: numpy with a Parquet writer and Faker as anybody would write it, without
persons, stays or joins; SDV learns 10,000 rows of HEALTH and samples new ones. Faker and SDV live in an environment of
their own (.workbench/peers), since the product needs neither.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.synth.generate import STAGES, connect, generate
from workbench.synth.parameters import read_parameters
from workbench.synth.queries import queries
from workbench.synth.scenario import make_scenario
from workbench.synth.sources import read_asked

PERSONS = 1_000_000
PEERS = Path(".workbench/peers/bin/python")
LIMITS = {"floor": 2.2, "numpy": 1.5, "faker": 200.0, "sdv": 50.0}


def main(persons: int) -> None:
    """Print each figure with what is demanded of it; a peer that cannot be had is said and left out."""
    folder = Path(tempfile.mkdtemp(prefix="generation-", dir="."))
    try:
        demo = _seconds(lambda: generate(folder / "demo", 100_000))
        print(f"demo population of 100,000: {demo:.1f} s (demanded: at most 5)")
        marks: list[tuple[str, float]] = []
        whole = _seconds(lambda: generate(folder / "data", persons, enrich=None, progress=_marking(marks)))
        floor = _floor(persons, folder / "work")
        _say("floor", whole / floor, f"{persons:,} persons: {whole:.1f} s, floor {floor:.1f} s", at_most=True)
        spent = {name: end - start for (_, start), (name, end) in pairwise(marks)}
        table = folder / "data/parties/ima/HEALTH.parquet"
        rows = pq.read_metadata(table).num_rows
        ours = spent["HEALTH"] / rows
        print(f"HEALTH: {rows:,} rows, {1 / ours:,.0f} rows a second")
        count = 5_000_000
        per_row = _seconds(lambda: _numpy(count, folder / "numpy.parquet")) / count
        _say("numpy", per_row / ours, f"numpy with a Parquet writer: {1 / per_row:,.0f} rows a second")
        for name, per_row in _peers(table):
            _say(name, per_row / ours, f"{name}: {1 / per_row:,.0f} rows a second")
        slow = sorted(spent.items(), key=lambda one: -one[1])[:8]
        print("where the time goes: " + ", ".join(f"{name} {100 * took / whole:.0f} %" for name, took in slow))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _floor(persons: int, work: Path) -> float:
    """Seconds of computing every column of every table, from the persons on, with nothing on disk."""
    parameters = read_parameters(Path("catalog"))
    scenario = make_scenario(parameters, persons, 20284, None)
    work.mkdir()
    con = connect(work, scenario, None, in_memory=True)

    def compute() -> None:
        for make, _, _ in STAGES:
            make(con, scenario)
        for query in queries(scenario, read_asked(None)).values():
            con.execute(f"SELECT max(hash(COLUMNS(*))) FROM ({query})").fetchall()

    took = _seconds(compute)
    con.close()
    return took


def _numpy(count: int, out: Path) -> None:
    """The fields of HEALTH drawn one by one, in chunks of a row group, each value without regard to another."""
    rng = np.random.default_rng(1)
    codes, products = (np.array([str(start + 17 * n) for n in range(40)]) for start in (101_032, 9_001_074))
    hospitals = np.array([str(71_090_112 + 98 * n) for n in range(100)])
    first = np.datetime64("2016-12-01")
    writer = None
    for start in range(0, count, 500_000):
        size = min(500_000, count - start)
        adm = first + rng.integers(0, 1150, size)
        day = adm + rng.integers(0, 5, size)
        dictionary = [
            pa.DictionaryArray.from_arrays(rng.integers(0, len(of), size).astype(np.int32), pa.array(of))
            for of in (codes, np.array(["003", "580"]), hospitals, products)
        ]
        table = pa.table(
            {
                "SS00010": np.repeat(rng.integers(0, 2**62, size // 20 + 1), 20)[:size],
                "SS00015": day, "SS00020": dictionary[0], "SS00050": rng.integers(1, 3, size).astype(np.int16),
                "SS00055": np.ones(size, np.int16), "SS00060": np.round(rng.exponential(20, size), 2),
                "SS00070": dictionary[1], "SS00075": dictionary[2], "SS00110": adm, "SS00115": adm + 4,
                "SS00125": day, "SS00135": dictionary[3],
            }
        )  # fmt: skip
        writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd", compression_level=1)
        writer.write_table(table)
    if writer:
        writer.close()


def _peers(table: Path) -> list[tuple[str, float]]:
    """Seconds per row of Faker and SDV, in their own environment; empty with a sentence when it is not there."""
    if not PEERS.exists():
        print("Faker and SDV: not installed; 'make bench-generation' tries to")
        return []
    sample = table.with_name("sample.csv")
    duckdb.execute(f"COPY (FROM '{table}' USING SAMPLE reservoir(10000 ROWS) REPEATABLE (1)) TO '{sample}'")
    done = subprocess.run(
        [str(PEERS), "benchmarks/peers.py", str(sample)], stdout=subprocess.PIPE, text=True, check=False
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
    for name in {"faker", "sdv"} - set(found):
        print(f"{name}: could not be had")
    return list(found.items())


def _marking(marks: list[tuple[str, float]]) -> Callable[[str, float], None]:
    """Progress that keeps the last moment of every stage and table."""
    marks.append(("start", time.perf_counter()))

    def tell(what: str, share: float) -> None:
        name = what.partition(",")[0]
        if marks[-1][0] == name:
            marks.pop()
        marks.append((name, time.perf_counter()))

    return tell


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(name: str, ratio: float, detail: str, at_most: bool = False) -> None:
    limit = LIMITS[name]
    met = ratio <= limit if at_most else ratio >= limit
    demanded = f"demanded: {'at most' if at_most else 'at least'} {limit:g}"
    print(f"{detail}: {ratio:.2f} x ({demanded}{'' if met else ', NOT met'})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PERSONS)
