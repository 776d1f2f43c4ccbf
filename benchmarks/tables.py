"""Tables of any size with all their margins: how long protection and its proof take, and what they cost.

    python -m benchmarks.tables 30x20x4 11000 --seed 1 [--insiders] [--exact]

Cells are drawn from row, column and layer effects (log-normal) and a gamma noise, so that about a third are empty and
nearly half hold 1 to 4. The code is the one that protects releases; only the table is made here. `--twenty` protects
twenty tables of at most 600 numbers and compares each with what the exact method proves in 20 seconds: its optimum, or
a cost below which nothing is safe.
"""

from __future__ import annotations

import argparse
import itertools
import time

import numpy as np

from workbench.disclosure.audit import audit
from workbench.disclosure.exact import Exact
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.rules import Targets, find_targets, primaries
from workbench.disclosure.suppress import Suppression
from workbench.disclosure.system import System, plain_system
from workbench.disclosure.views import OUTSIDER, Views

POLICY = SmallCellPolicy.model_validate(
    {"id": "tables", "unit": "persons", "threshold": 5, "zeros": "show", "cite": {"document": "own"}}
)
_EACH = 20.0  # seconds for the proof of one of twenty
SMALL = ((6, 4, 3), (8, 5, 3), (12, 8, 4), (9, 6, 4), (7, 7, 2))  # all with at most 600 numbers


def table(shape: tuple[int, ...], total: int, seed: int) -> System:
    """A table of `shape` with all margins; its first dimension gives the blocks."""
    random = np.random.default_rng(seed)
    weight = np.ones(shape)
    for axis, size in enumerate(shape):
        effect = np.exp(random.normal(0, 1.0, size))
        weight = weight * effect.reshape([-1 if place == axis else 1 for place in range(len(shape))])
    weight = weight * random.gamma(3.0, 1 / 3.0, shape)
    cells = random.multinomial(total, (weight / weight.sum()).ravel()).reshape(shape[0], -1).astype(np.int64)
    inner = list(itertools.product(*(range(size) for size in shape[1:])))
    rows = itertools.product(*(range(size + 1) for size in shape[1:]))
    masks = np.array(
        [
            [all(a in (b, size) for a, b, size in zip(row, cell, shape[1:], strict=True)) for cell in inner]
            for row in rows
        ]
    )
    return plain_system(cells, masks)


def prepared(system: System, insiders: bool) -> tuple[Targets, np.ndarray]:
    """Targets of the outsider and, when asked, of who knows one block each; and the small numbers."""
    blocks = len(system.blocks)
    known = np.zeros((1 + blocks * insiders, *system.cells.shape), dtype=bool)
    for block in range(blocks * insiders):
        known[1 + block, block] = True
    views = Views((OUTSIDER, *(system.blocks if insiders else ())), known)
    return find_targets(system, POLICY, views), primaries(system, POLICY)


def run(shape: tuple[int, ...], total: int, seed: int, insiders: bool, seconds: float) -> float | None:
    """Protect and certify one table, print the figures, return the cost over what is proven in some seconds, if any."""
    system = table(shape, total, seed)
    targets, primary = prepared(system, insiders)
    clock, started = time.perf_counter(), time.process_time()
    made = Suppression(system, targets, primary, dear=1.0)
    made.plan(_quiet)
    planned, cheapest = time.process_time() - started, made.cost()
    made.withhold(_quiet)
    made.show_again(_quiet)
    suppressed, started = time.process_time() - started, time.process_time()
    verdict = audit(system, targets, made.hidden)  # from nothing: the proof is found anew
    certified = time.process_time() - started
    secondary = int((made.hidden & ~primary).sum())
    print(
        f"{'x'.join(map(str, shape))} seed {seed}: {len(system.values):,} numbers, {int(primary.sum()):,} small, "
        f"{len(targets.attackers)} attackers, {int(targets.active.sum()):,} targets; {secondary} secondary, "
        f"cost {made.cost():.1f} (plan {cheapest:.1f} in {planned:.1f} s); "
        f"suppress {suppressed:.1f} s, certify {certified:.1f} s "
        f"({time.perf_counter() - clock:.1f} s on the clock together), "
        f"{len(verdict.coverage.thinned().witnesses)} witnesses, safe {verdict.safe}, "
        f"undecided {int(verdict.undecided.sum())}",
        flush=True,
    )
    if not seconds:
        return None
    started = time.process_time()
    best = Exact(system, targets, primary, made.weights).solve(seconds=seconds)
    print(
        f"  optimum {f'{best.cost:.1f}, {best.secondary} secondary, proven' if best.proven else 'not found in time'}, "
        f"nothing costs less than {best.bound:.1f}, {best.cuts} cuts, {time.process_time() - started:.1f} s; "
        f"cost over that bound {made.cost() / best.bound:.3f}",
        flush=True,
    )
    return made.cost() / best.bound


def _quiet(stage: str, done: int, total: int) -> None:
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shape", nargs="?", default="30x20x4")
    parser.add_argument("total", nargs="?", type=int, default=11_000)
    parser.add_argument("--seed", type=int, default=1)
    for flag in ("--insiders", "--exact", "--twenty"):
        parser.add_argument(flag, action="store_true")
    chosen = parser.parse_args()
    if chosen.twenty:
        ratios = [run(shape, 5 * int(np.prod(shape)), seed, False, _EACH) for seed in range(1, 5) for shape in SMALL]
        print(f"worst ratio {max(ratios):.3f}, mean {np.mean(ratios):.3f}")  # type: ignore[type-var, arg-type]
        return
    shape = tuple(int(size) for size in chosen.shape.split("x"))
    run(shape, chosen.total, chosen.seed, chosen.insiders, 3600.0 * chosen.exact)


if __name__ == "__main__":
    main()
