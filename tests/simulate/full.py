"""Run the stroke-care flow on a disk of so many kB, and again when it has room: `python -m tests.simulate.full`.

Called with CATALOG DATA OUT KILOBYTES; prints what a user is told, and leaves the run in OUT/run. A process of its own,
since it forks before it opens the engine.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.faults import on_small_disk
from workbench.catalog import load_catalog
from workbench.dataflow import compile_flow
from workbench.simulate import run_flow
from workbench.study import load_study


def main(catalog_root: Path, data: Path, out: Path, kilobytes: int) -> None:
    catalog = load_catalog(catalog_root)
    flow = compile_flow(load_study("stroke-care", catalog, catalog_root), catalog)
    disk = out / "disk"

    def again() -> None:
        left = sorted(path.name for path in disk.rglob("*.part"))
        assert not left, f"half-made files were left: {left}"
        run_flow(flow, data, disk / "run")
        shutil.copytree(disk / "run", out / "run")

    said = on_small_disk(disk, kilobytes, lambda: run_flow(flow, data, disk / "run"), again)
    print("no small disk" if said is None else said)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), int(sys.argv[4]))
