"""Run the stroke-care flow again and again, each time killed (SIGKILL) at another point, in a process of its own.

Called as `python -m tests.simulate.killed CATALOG DATA OUT [every]`; prints one line per start. Every start is a
fork of this process, which itself never opens the engine, so that only the first pays for loading the program.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from workbench.catalog import load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.simulate import Vault, run, run_flow
from workbench.simulate.backends import DuckSession
from workbench.simulate.ledger import Ledger
from workbench.study import load_study


class Point(NamedTuple):
    """In which step, at which act of it, counted from 1."""

    step: str
    act: str
    count: int = 1


POINTS = (
    Point("select-patients", "half a file"),
    Point("pseudonymise-rn", "key made"),
    Point("send-insz-rn", "delivered", 1),
    Point("destroy-at-ehealth", "dataset destroyed", 2),
    Point("destroy-at-datamanager", "key or dataset gone, not in the ledger"),
    Point("select-mzg", "file written", 2),
    Point("prepare-mzg", "all files, not in the ledger"),
    Point("pseudonymise-c1", "half a line in the ledger"),
    Point("recode-c2", "half a file", 2),
    Point("destroy-at-ksz", "dataset destroyed", 5),
    Point("protect-linked", "in the ledger"),
    Point("open-to-researchers", "delivered", 1),
)


def points(flow: Flow, every: bool) -> list[Point]:
    """Those above, in order; with `every` one for each step, for the others the moment before the ledger knows."""
    named = {point.step: point for point in POINTS}
    assert set(named) <= {entry.step.id for entry in flow.steps} and len(named) == len(POINTS)
    if not every:
        return list(POINTS)
    return [named.get(entry.step.id, Point(entry.step.id, "done, not in the ledger")) for entry in flow.steps]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: Point) -> None:
    """Make the acts of the simulation deadly at one point of one step."""
    now = {"step": "", "count": 0}

    def reached(act: str) -> bool:
        if (now["step"], act) != (point.step, point.act):
            return False
        now["count"] = int(now["count"]) + 1
        return now["count"] == point.count

    def around(owner: Any, name: str, before: Callable[..., None] | None, after: str | None) -> None:
        original = getattr(owner, name)

        def wrapped(*given: Any, **more: Any) -> Any:
            if before:
                before(*given)
            done = original(*given, **more)
            if after and reached(after):
                die()
            return done

        setattr(owner, name, wrapped)

    def note(flow: Flow, entry: Any, *rest: Any) -> None:
        now.update(step=entry.step.id, count=0)

    def half_a_file(session: DuckSession, rows: Any, path: Path) -> None:
        if reached("half a file"):
            path.with_name(f".{path.name}.part").write_bytes(b"PAR1 and then")
            die()

    def half_a_line(ledger: Ledger, entry: Any) -> None:
        if reached("half a line in the ledger"):
            with ledger.path.open("a") as file:
                file.write('{"step": "pseudony')
            die()
        if now["step"] == point.step and point.act.endswith(", not in the ledger"):
            die()

    around(run, "_execute", note, None)
    around(DuckSession, "write", half_a_file, "file written")
    around(Vault, "receive", None, "delivered")
    around(Vault, "destroy", None, "dataset destroyed")
    around(Vault, "key", None, "key made")
    around(Ledger, "add", half_a_line, "in the ledger")


def main(catalog_root: Path, data: Path, out: Path, *every: Path) -> None:
    catalog = load_catalog(catalog_root)
    flow = compile_flow(load_study("stroke-care", catalog, catalog_root), catalog)
    for point in points(flow, bool(every)):
        child = os.fork()
        if child == 0:
            arm(point)
            run_flow(flow, data, out)
            os._exit(9)  # the point was never reached
        _, status = os.waitpid(child, 0)
        ended = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
        print(f"{point.step}: {point.act}: {ended}", flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
