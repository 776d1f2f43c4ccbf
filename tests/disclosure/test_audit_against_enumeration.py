"""The audit and the release, against a list of every possible table of a tiny cube."""

from __future__ import annotations

import numpy as np
import pytest

from tests.disclosure.builders import Cell
from tests.disclosure.cubes import Cube, random_cube
from tests.disclosure.oracle import Row, Secret, cells_of, possible_tables, reach, secrets_of
from workbench.disclosure import protect
from workbench.disclosure.audit import audit
from workbench.disclosure.rules import find_targets, primaries
from workbench.disclosure.system import System, build_system

AUDITED, RELEASED, BATCH = 300, 100, 25


def universe(system: System) -> dict[Cell, int]:
    """Every cell of the system, as the oracle names it, empty."""
    names = [f"{name}.{part}" for name in system.indicators for part in ("n", "k")]
    patterns = [frozenset(n for n, on in zip(names, row, strict=True) if on) for row in system.flags.tolist()]
    return {(h, y, pattern): 0 for h in system.hospitals for y in system.years for pattern in patterns}


def whole_truth(cube: Cube, system: System) -> dict[Cell, int]:
    """The stays of every cell of the system; fails when the system lost one."""
    truth = universe(system)
    for cell, count in cube.truth.items():
        assert count == 0 or cell in truth
        if cell in truth:
            truth[cell] = count
    return truth


def secrets(cube: Cube, truth: dict[Cell, int], attacker: str | None) -> set[Secret]:
    policy = cube.policy
    return secrets_of(attacker, truth, cube.rows, cube.persons, policy.threshold, policy.zeros == "hide")


def known_to(attacker: str | None, truth: dict[Cell, int]) -> dict[Cell, int]:
    return {cell: count for cell, count in truth.items() if cell[0] == attacker}


def audited(cube: Cube, seed: int) -> tuple[int, int]:
    """Compare all verdicts for a random set of withheld numbers; returns how many were met and how many not."""
    system = build_system(cube.table)
    targets = find_targets(system, cube.policy)
    random = np.random.default_rng(seed)
    hidden = random.random(len(system.values)) < random.uniform(0.2, 0.9)
    if random.random() < 0.7:
        hidden |= primaries(system, cube.policy)
    verdict = audit(system, targets, hidden)
    assert not verdict.undecided.any()
    truth = whole_truth(cube, system)
    key: dict[int, Row] = {}
    for row, number in zip(system.shown, system.number.tolist(), strict=True):
        key.setdefault(number, row)
    shown = {row: int(system.values[number]) for number, row in key.items() if not hidden[number]}
    counts = [0, 0]
    for a, name in enumerate(targets.attackers):
        attacker = None if a == 0 else name
        wanted = secrets(cube, truth, attacker)
        found = reach(wanted, possible_tables(truth, shown, known_to(attacker, truth)))
        ours = {}
        for t in np.flatnonzero(targets.active[a]).tolist():
            cells = cells_of(key[int(targets.plus[t])], truth)
            if targets.minus[t] >= 0:
                cells -= cells_of(key[int(targets.minus[t])], truth)
            ours[Secret(cells, int(targets.low[a, t]), int(targets.high[a, t]))] = verdict.unsafe[:, a, t]
        assert set(ours) == wanted
        for secret, (low_unsafe, high_unsafe) in ours.items():
            low, high = found[secret]
            assert bool(low_unsafe) == (low > secret.at_most), (name, secret)
            assert bool(high_unsafe) == (high < secret.at_least), (name, secret)
            counts[int(low_unsafe or high_unsafe)] += 1
    assert verdict.safe == (not verdict.unsafe.any())
    return counts[0], counts[1]


@pytest.mark.parametrize("first", range(0, AUDITED, BATCH))
def test_every_verdict_equals_enumeration(first: int) -> None:
    counts = np.sum([audited(random_cube(seed), seed) for seed in range(first, first + BATCH)], axis=0)
    assert (counts > 0).all()  # both verdicts occur, so neither answer is a constant


@pytest.mark.parametrize("first", range(1000, 1000 + RELEASED, BATCH))
def test_nothing_released_narrows_a_small_number_down(first: int) -> None:
    for seed in range(first, first + BATCH):
        cube = random_cube(seed)
        safe, _ = protect(cube.table, cube.policy)
        shown = {
            (row["indicator"], row["hospital"], row["year"], part): row[part]
            for row in safe.rows.to_pylist()
            for part in ("n", "k", "rest")
            if row[part] is not None
        }
        smallest = 0 if cube.policy.zeros == "hide" else 1
        assert all(value == 0 or value >= cube.policy.threshold for value in shown.values())
        assert smallest or 0 not in shown.values()
        truth = whole_truth(cube, build_system(cube.table))
        for attacker in (None, *sorted({cell[0] for cell in truth})):
            wanted = secrets(cube, truth, attacker)
            tables = possible_tables(truth, shown, known_to(attacker, truth))
            for secret, (low, high) in reach(wanted, tables).items():
                assert low <= secret.at_most and high >= secret.at_least, (seed, attacker, secret)
