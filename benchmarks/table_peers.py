"""Our protection of a table beside that of tau-Argus (pytauargus, with its open solver), judged by one audit.

    python -m benchmarks.table_peers 12x8x4 1920 --seed 1 [--methods "OPT(1)" "MOD(1)"]

`make bench-tables` puts pytauargus in an environment of its own (.workbench/peers-tables): the product does not need
it. The first row withholds the small numbers alone, as tools without secondary suppression do. tau-Argus protects by a
range in percent of each small number: 30, and 100, the widest it takes (a 4 could then be an 8, but a 1 no 5).
At risk: small numbers for which the audit finds no table with a 1, or none with a 5, that agrees with what is shown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.tables import prepared, table
from workbench.disclosure.audit import audit
from workbench.disclosure.suppress import Suppression, weights

PEER = Path(".workbench/peers-tables/bin/python")
RULES = ("FREQ(5,30)", "FREQ(5,100)")
_SECONDS = 300.0


def tauargus(shape: tuple[int, ...], cells: np.ndarray, rule: str, method: str) -> tuple[np.ndarray, float] | None:
    """(N,) what tau-Argus withholds, in our order of numbers, and its processor time; None when it fails."""
    places = np.unravel_index(np.repeat(np.arange(cells.size), cells.ravel()), shape)
    stays = {f"D{axis}": [f"{code:04d}" for code in codes] for axis, codes in enumerate(places)}
    asked = json.dumps({"stays": stays, "rule": rule, "method": method})
    command = [str(PEER.absolute()), str(Path("benchmarks/tauargus.py").absolute())]
    try:
        with tempfile.TemporaryDirectory() as folder:  # the engine leaves files where it runs
            made = subprocess.run(
                command, input=asked, capture_output=True, text=True, timeout=_SECONDS, check=True, cwd=folder
            )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as fault:
        print(f"tau-Argus {rule} {method}: {type(fault).__name__}", flush=True)
        return None
    answer = json.loads(made.stdout)
    hidden = np.zeros([size + 1 for size in shape], dtype=bool)
    for codes in answer["withheld"]:
        hidden[tuple(size if code == "Total" else int(code) for code, size in zip(codes, shape, strict=True))] = True
    return hidden.reshape(-1), float(answer["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shape", nargs="?", default="12x8x4")
    parser.add_argument("total", nargs="?", type=int, default=1_920)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", nargs="*", default=["OPT(1)", "MOD(1)"])
    chosen = parser.parse_args()
    shape = tuple(int(size) for size in chosen.shape.split("x"))
    system = table(shape, chosen.total, chosen.seed)
    targets, primary = prepared(system, False)
    prices = weights(system, 1.0)

    def show(name: str, hidden: np.ndarray, seconds: float) -> None:
        assert hidden[primary].all(), f"{name} shows a small number"
        verdict = audit(system, targets, hidden)
        risk = (verdict.unsafe | verdict.undecided).any(axis=(0, 1))
        secondary = hidden & ~primary
        print(
            f"{name:28} {seconds:8.1f} s {int(secondary.sum()):5} secondary, cost {prices[secondary].sum():8.1f}, "
            f"{int(risk.sum()):4} of {int(primary.sum())} at risk ({int(verdict.undecided.sum())} undecided)",
            flush=True,
        )

    show("the small numbers alone", primary, 0.0)
    started = time.process_time()
    made = Suppression(system, targets, primary, dear=1.0)
    for step in (made.plan, made.withhold, made.show_again):
        step(lambda stage, done, total: None)
    show("workbench", made.hidden, time.process_time() - started)
    for method in chosen.methods:
        for rule in RULES:
            if found := tauargus(shape, system.cells, rule, method):
                show(f"tau-Argus {rule} {method}", *found)


if __name__ == "__main__":
    main()
