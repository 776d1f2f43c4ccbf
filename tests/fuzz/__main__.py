"""`python -m tests.fuzz --inputs 1000000 [--seed N]`: how many were taken in, refused, and not answered."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.doors import doors
from tests.fuzz.run import Found, chosen, one
from tests.fuzz.workers import fuzz_beside

FAST = Path("/dev/shm")  # a file is written for each input: in memory, where the machine has that


def main() -> int:
    top = argparse.ArgumentParser(prog="python -m tests.fuzz")
    top.add_argument("--inputs", type=int, default=1_000_000)
    top.add_argument("--seed", type=int, default=1)
    top.add_argument("--processes", type=int, default=1)
    top.add_argument("--only", type=int, metavar="NUMBER", help="give this one input of the seed again")
    top.add_argument("--log", type=Path, help="what was done so far, written anew each thousand")
    asked = top.parse_args()
    begin, most = time.monotonic(), 0

    def told(found: Found, memory: int) -> None:
        nonlocal most
        most = max(most, memory)
        if asked.log:
            took = f"{time.monotonic() - begin:,.0f} s, {most} MB a process"
            line = f"{found.inputs:,} inputs of seed {asked.seed}, {len(found.broken)} not answered, {took}\n"
            asked.log.write_text(line + "".join(f"{one}\n" for one in found.broken[:20]), encoding="utf-8")

    with tempfile.TemporaryDirectory(dir=FAST if FAST.is_dir() else None) as folder:
        if asked.only is not None:
            found = Found()
            door, data = chosen(doors(Path(folder)), asked.seed, asked.only)
            one(door, data, asked.only, found)
        else:
            found = fuzz_beside(Path(folder), asked.inputs, asked.seed, asked.processes, told)
    for name in sorted(found.taken | found.refused):
        print(f"{name:34} {found.taken[name]:>9,} read, {found.refused[name]:>9,} refused")
    took = f"{time.monotonic() - begin:,.0f} s"
    print(
        f"{found.inputs:,} inputs of seed {asked.seed} in {took}, {len(found.broken)} not answered, {most} MB at most"
    )
    for name, number, said in found.broken[:20]:
        print(f"--- {name}, input {number} of seed {asked.seed}\n{said}", file=sys.stderr)
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
