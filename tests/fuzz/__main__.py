"""`python -m tests.fuzz --inputs 1000000 [--seed N]`: how many were taken in, refused, and not answered."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.run import Found, fuzz


def main() -> int:
    top = argparse.ArgumentParser(prog="python -m tests.fuzz")
    top.add_argument("--inputs", type=int, default=1_000_000)
    top.add_argument("--seed", type=int, default=1)
    top.add_argument("--log", type=Path, help="what was done so far, written anew each thousand")
    chosen = top.parse_args()
    begin = time.monotonic()

    def told(found: Found) -> None:
        if chosen.log:
            line = f"{found.inputs:,} inputs, {len(found.broken)} not answered, {time.monotonic() - begin:,.0f} s\n"
            chosen.log.write_text(line + "".join(f"{one}\n" for one in found.broken[:20]), encoding="utf-8")

    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(Path(folder), chosen.inputs, chosen.seed, told)
    for name in sorted(found.taken | found.refused):
        print(f"{name:34} {found.taken[name]:>9,} read, {found.refused[name]:>9,} refused")
    print(f"{found.inputs:,} inputs in {time.monotonic() - begin:,.0f} s, {len(found.broken)} not answered")
    for name, number, said in found.broken[:20]:
        print(f"--- {name}, input {number} of seed {chosen.seed}\n{said}", file=sys.stderr)
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
