"""The stroke-care study of the workbench against the same study written by hand for other engines.

    python -m benchmarks.study DATA --against sql --repeats 3
    python -m benchmarks.study DATA --against sql --memory 500MB       # the study with and without that limit
    python -m benchmarks.study SMALL LARGE                              # the growth exponent between two sizes

Every measurement is a process of its own, the candidates in turn; time without imports and catalogue, the peak of the
process's memory with them. Processor seconds are given because other work on the machine changes them less. Equal
content of the analysis set is checked each time: another result ends the benchmark. `steps` is the SQL in which the
hospitals select twice, as in the study; `sql` keeps the stays of the first selection for the second.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from workbench.crypto import read_key

PARTS = ("stay", "billing", "specialty", "bedindex", "diagnosis")
CANDIDATES = ("study", "limited", "sql", "steps", "polars", "pandas")
LIMIT = "500MB"


def known(domain: str) -> bytes:
    """The key of a domain of the study; the same in every candidate, so that results can be compared."""
    return hashlib.sha256(f"benchmark {domain}".encode()).digest()


def measure(candidate: str, data: Path, out: Path) -> None:
    """Run one candidate in this process and print seconds, peak memory and the content it came to."""
    # DuckDB and pyarrow load pandas when they are first given a value, and ibis its engine when first asked for it.
    import ibis.backends.duckdb  # noqa: F401
    import pandas  # noqa: F401

    keys = {"RN": known("RN"), "Cproject": known("Cproject")}
    keys["C1"] = read_key(data / "parties" / "nic" / "keys" / "C1.key")
    keys["C2"] = read_key(data / "parties" / "ksz" / "keys" / "C2.key")
    if candidate in ("study", "limited"):
        from workbench.main.checks import open_study
        from workbench.simulate import EngineSettings, Vault, run_flow

        flow = open_study("stroke-care", Path(__file__).resolve().parent.parent / "catalog")
        drawn = Vault.key

        def given(self: Vault, domain: str, make: bool) -> bytes:
            drawn(self, domain, make)
            return keys[domain]

        Vault.key = given  # type: ignore[method-assign]
        settings = EngineSettings(memory=LIMIT) if candidate == "limited" else EngineSettings()
        started, used = time.perf_counter(), time.process_time()
        run = run_flow(flow, data, out, settings)
        seconds, used = time.perf_counter() - started, time.process_time() - used
        made = run.part("vikz-researchers", "analysis.stay").parent
    else:
        from benchmarks.stroke.codes import asked

        if candidate in ("sql", "steps"):
            from benchmarks.stroke.sql import run

            hand = partial(run, twice=candidate == "steps")
        elif candidate == "polars":
            from benchmarks.stroke.in_polars import run as hand
        else:
            from benchmarks.stroke.in_pandas import run as hand
        made = out
        asked()
        started, used = time.perf_counter(), time.process_time()
        hand(data, out, keys)
        seconds, used = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor": used, "megabytes": peak, "content": content(made)}))


def content(folder: Path) -> dict[str, str]:
    """Rows and the sum of their hashes for each part of an analysis set, whatever the order of rows and columns."""
    found = {}
    for part in PARTS:
        place = f"'{folder / part}.parquet'"
        names = sorted(row[0] for row in duckdb.sql(f"DESCRIBE FROM {place}").fetchall())
        columns = ", ".join(f'"{name}"::VARCHAR' for name in names)
        query = f"SELECT count(*), sum(hash(t)::HUGEINT) FROM (SELECT {columns} FROM {place}) AS t"
        rows, total = duckdb.sql(query).fetchall()[0]
        found[part] = f"{rows}:{total}"
    return found


def alone(candidate: str, data: Path) -> dict[str, Any]:
    """Seconds, processor seconds, megabytes and content of a candidate, in a process of its own."""
    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        command = [sys.executable, "-m", "benchmarks.study", str(data), "--measure", candidate, "--out", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def compare(data: Path, others: list[str], repeats: int) -> float:
    """Print each candidate beside the study; returns the study's seconds."""
    names = ["study", *others]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            found[name].append(alone(name, data))
            mine, first = found[name][-1]["content"], found["study"][0]["content"]
            if mine != first:
                raise SystemExit(f"{name} came to another result: {mine} against {first}")

    def median(of: str) -> dict[str, float]:
        return {name: statistics.median(one[of] for one in runs) for name, runs in found.items()}

    seconds, processor, megabytes = median("seconds"), median("processor"), median("megabytes")
    persons = json.loads((data / "manifest.json").read_text())["persons"]
    rows = ", ".join(f"{said.partition(':')[0]} {part}" for part, said in found["study"][0]["content"].items())
    print(f"{persons:,} persons; every result equal: {rows}")
    for name in names:
        ratios = [one["study"] / one[name] for one in (seconds, processor, megabytes)]
        beside = "   the study takes {:.2f} x its time, {:.2f} x its processor, {:.2f} x its memory".format(*ratios)
        print(
            f"  {name:8} {seconds[name]:7.2f} s {processor[name]:7.2f} processor s {megabytes[name]:6.0f} MB"
            f"{'' if name == 'study' else beside}",
            flush=True,
        )
    return seconds["study"]


def main() -> None:
    """See above."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("data", type=Path, nargs="+", help="data folders, small to large")
    given.add_argument("--against", nargs="*", default=[], choices=CANDIDATES[1:])
    given.add_argument("--repeats", type=int, default=3)
    given.add_argument("--measure", choices=CANDIDATES, help=argparse.SUPPRESS)
    given.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    chosen = given.parse_args()
    if chosen.measure:
        measure(chosen.measure, chosen.data[0], chosen.out)
        return
    times = [compare(data, chosen.against, chosen.repeats) for data in chosen.data]
    if len(times) > 1:
        sizes = [json.loads((data / "manifest.json").read_text())["persons"] for data in chosen.data]
        print(f"growth exponent: {math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0]):.2f}")


if __name__ == "__main__":
    main()
