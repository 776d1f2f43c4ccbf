"""The whole country by the commands a user gives: data, run of the stroke-care study, release. `make belgium`.

Each command is a process of its own; its time, its peak memory and the disk used after it are told. The data, the run
and the releases stay in the folder, to look at and to run again.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

PERSONS = 11_700_000
STUDY = "stroke-care"
ALL = [STUDY, "stroke-selfreg-2020", "stroke-selfreg-2022"]  # the studies of 20/284, so all its sources
LIMITS = {"generation": 200.0, "run": 30.0, "together": 300.0, "memory": 4.0, "disk": 8.0}  # s, s, s, GB, GB


def main(home: Path, persons: int) -> int:
    """Run the commands; 1 when one of them ends with an error."""
    data, run, releases = home / "data", home / "run", home / "releases"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    commands = {
        "generation": ["synth", "--persons", str(persons), "--for", *ALL, "--out", str(data)],
        "run": ["run", STUDY, "--data", str(data), "--out", str(run)],
        "release": ["publish", STUDY, "--data", str(data), "--run", str(run), "--releases", str(releases)],
    }
    took, memory, disk = {}, {}, {}
    for name, arguments in commands.items():
        code, took[name], memory[name] = _timed([sys.executable, "-m", "workbench", *arguments])
        disk[name] = _size(home)
        print(
            f"{name:<11} {took[name]:7.1f} s   {memory[name]:5.2f} GB of memory   {disk[name]:5.2f} GB on disk",
            flush=True,
        )
        if code != 0:
            return 1
    tables = json.loads((data / "manifest.json").read_text("utf-8"))["tables"]
    billed = sum(tables.get(table, 0) for table in ("HEALTH", "FARMA"))
    steps = sum(json.loads(line).get("seconds", 0.0) for line in (run / "ledger.jsonl").read_text("utf-8").splitlines())
    found = {  # the run is its steps; the command computes the indicators as well
        "generation": took["generation"], "run": steps, "together": sum(took.values()),
        "memory": max(memory.values()), "disk": max(disk.values()),
    }  # fmt: skip
    print(f"{persons:,} persons, {billed:,} billing rows, {sum(tables.values()):,} rows in all")
    for name, value in found.items():
        verdict = "" if persons < PERSONS else " met" if value <= LIMITS[name] else " NOT met"
        print(f"{name:<11} {value:7.2f} of {LIMITS[name]:g} {'GB' if name in ('memory', 'disk') else 's'}{verdict}")
    print(f"All of it stands in {home}; remove that folder when you have seen it.")
    return 0


def _timed(command: list[str]) -> tuple[int, float, float]:
    """Exit code, seconds and peak memory in GB of a command."""
    started = time.perf_counter()
    _, status, used = os.wait4(os.posix_spawn(command[0], command, os.environ), 0)
    return os.waitstatus_to_exitcode(status), time.perf_counter() - started, used.ru_maxrss * 1024 / 1e9


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e9


if __name__ == "__main__":
    chosen = sys.argv[1:]
    sys.exit(main(Path(chosen[0] if chosen else ".workbench/belgium"), int(chosen[1]) if len(chosen) > 1 else PERSONS))
