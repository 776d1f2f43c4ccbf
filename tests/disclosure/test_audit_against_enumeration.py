"""The audit and the release, against a list of every possible table of a tiny cube.

Hierarchies, crossing filters, nested indicators, both zero rules, hospitals alone and together, registering
persons, and a second release of the same study with late, corrected or new stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from tests.disclosure.builders import Cell
from tests.disclosure.cubes import Cube, next_cube, random_cube
from tests.disclosure.oracle import Row, Secret, TooManyTables, cells_of, possible_tables, reach, secrets_of
from tests.disclosure.systems import Prepared, prepared
from workbench.disclosure import Told, protect, told_again
from workbench.disclosure.audit import audit
from workbench.disclosure.rows import Bools
from workbench.disclosure.views import OUTSIDER
from workbench.errors import Refused

Knows = Callable[[Cell], bool]
AUDITED, RELEASED, TWICE, BATCH = 200, 25, 25, 25
STEPS = 200_000  # of listing the tables that one attacker holds possible
REGISTERED = (("h0", frozenset({2015})), ("h1", frozenset({2016})))


def universe(ready: Prepared) -> dict[Cell, int]:
    """The stays of every cell of the system, as the oracle names it; "2:" marks what the new release counts.

    Cells that the oracle cannot tell apart do not exist: a kind is named by all that both releases say of it.
    """
    kinds, system = ready.kinds, ready.system
    truth: dict[Cell, int] = {}
    for c, year in enumerate(kinds.year.tolist()):
        names = [
            f"{'2:' if release == len(kinds.present) - 1 and release else ''}{name}.{part}"
            for release in np.flatnonzero(kinds.present[:, c])
            for i, name in enumerate(kinds.names)
            for k, part in enumerate(("n", "k"))
            if kinds.flags[c, 2 * i + k]
        ]
        marks = [f"in {release}" for release in np.flatnonzero(kinds.present[:, c])]
        for h, hospital in enumerate(system.blocks):
            if system.free[h, c]:
                cell = hospital, year, frozenset([*names, *marks])
                assert cell not in truth
                truth[cell] = int(system.cells[h, c])
    return truth


def knows(name: str, truth: Mapping[Cell, int]) -> Knows:
    """Which cells an attacker of this name knows, read from the name."""
    if name.startswith("who registered "):
        hospital, _, years = name.removeprefix("who registered ").partition(" in ")
        return lambda cell: cell[0] == hospital and str(cell[1]) in years
    mine = set() if name == OUTSIDER else set(name.split(" + "))
    return lambda cell: cell[0] in mine


def judged(
    ready: Prepared, cube: Cube, rows: Mapping[Row, int], told: Mapping[Row, int], hidden: Bools, most: int | None
) -> list[int]:
    """Compare all verdicts with the enumeration; returns how many were met and how many not.

    rows: every row with its number; told: rows that an earlier release shows.
    """
    system, targets = ready.system, ready.targets
    verdict = audit(system, targets, hidden)
    assert not verdict.undecided.any()
    truth = universe(ready)
    shown = {row: int(system.values[number]) for row, number in rows.items() if not hidden[number]}
    shown = {row: value for row, value in shown.items() if row in told or row[0].startswith("2:") or not told}
    key = {number: row for row, number in rows.items()}
    persons = {row: int(system.persons[number]) for row, number in rows.items()}
    counts = [0, 0]
    for a, name in enumerate(targets.attackers):
        sees = knows(name, truth)
        policy = cube.policy
        wanted = secrets_of(sees, truth, rows, persons, policy.threshold, policy.zeros == "hide", told)
        known = {cell: count for cell, count in truth.items() if sees(cell)}
        found = reach(wanted, possible_tables(truth, shown, known, most))
        ours = {}
        for t in np.flatnonzero(targets.active[a]).tolist():
            cells = cells_of(key[int(targets.plus[t])], truth)
            if targets.minus[t] >= 0:
                cells -= cells_of(key[int(targets.minus[t])], truth)
            secret = Secret(cells, int(targets.low[a, t]), int(targets.high[a, t]))
            both = ours.setdefault(secret, verdict.unsafe[:, a, t])
            assert (both == verdict.unsafe[:, a, t]).all()
        assert set(ours) == wanted, (name, set(ours) ^ wanted)
        for secret, (low_unsafe, high_unsafe) in ours.items():
            low, high = found[secret]
            assert bool(low_unsafe) == (low > secret.at_most), (name, secret)
            assert bool(high_unsafe) == (high < secret.at_least), (name, secret)
            counts[int(low_unsafe or high_unsafe)] += 1
    assert verdict.safe == (not verdict.unsafe.any())
    return counts


def named(ready: Prepared, last: int) -> dict[Row, int]:
    """Row -> number; rows of the new release carry "2:" when there is an earlier one."""
    return {
        (f"2:{key.indicator}" if last and not key.release else key.indicator, *key[1:4]): number
        for key, number in zip(ready.system.shown, ready.system.number.tolist(), strict=True)
    }


def audited(seed: int, most: int | None = None) -> list[int]:
    """One tiny cube with a random set of withheld numbers."""
    cube = random_cube(seed)
    ready = prepared(cube.table, cube.policy, registered=REGISTERED)
    truth = universe(ready)
    for cell, count in cube.truth.items():  # the system lost no stay
        assert truth.get((cell[0], cell[1], cell[2] | {"in 0"}), 0) == count
    random = np.random.default_rng(seed)
    hidden = random.random(len(ready.system.values)) < random.uniform(0.2, 0.9)
    if random.random() < 0.7:
        hidden |= ready.primary
    return judged(ready, cube, named(ready, 0), {}, hidden, most)


def first_release(cube: Cube) -> Told:
    made = protect(cube.table, cube.policy, registered=REGISTERED)
    return told_again(made.witnesses.arrays, made.witnesses.published, 1)


def audited_twice(seed: int, most: int | None = None) -> list[int]:
    """A release as it was made, and a second one with a random set of withheld numbers."""
    cube = random_cube(seed)
    before = first_release(cube)
    after = next_cube(cube, seed)
    ready = prepared(after.table, after.policy, [before], REGISTERED)
    _same_cells(cube.truth, after.truth, universe(ready))
    rows = named(ready, 1)
    told = {tuple(key[:4]): value for key, value in before.shown.items() if value is not None}
    random = np.random.default_rng(seed)
    hidden = random.random(len(ready.system.values)) < random.uniform(0.2, 0.9)
    # What the first release withholds nobody sees there; what it shows stays known.
    new = np.zeros(len(hidden), dtype=bool)
    new[[number for row, number in rows.items() if row[0].startswith("2:")]] = True
    hidden = ((hidden | ready.primary) | ~new) & ~ready.system.settled
    return judged(ready, cube, rows, told, hidden, most)


def _same_cells(before: dict[Cell, int], after: dict[Cell, int], joint: dict[Cell, int]) -> None:
    """The unknowns behind two releases, by hand: in both, only in the first, only in the second."""
    for cell in {*before, *after}:
        was, now = before.get(cell, 0), after.get(cell, 0)
        old, new = cell[2], frozenset(f"2:{flag}" for flag in cell[2])
        first = (cell[0], cell[1], old | {"in 0"})
        second = (cell[0], cell[1], new | {"in 1"})
        both = (cell[0], cell[1], old | new | {"in 0", "in 1"})
        covered = any(cell[:2] == other[:2] for other in before)
        if covered:
            assert joint.get(both, 0) == min(was, now)
            assert joint.get(first, 0) == max(was - now, 0) and (was > now) == (first in joint)
            assert joint.get(second, 0) == max(now - was, 0) and (now > was) == (second in joint)
        else:
            assert joint.get(second, 0) == now and both not in joint


@pytest.mark.parametrize("first", range(0, AUDITED, BATCH))
def test_every_verdict_equals_enumeration(first: int) -> None:
    counts = np.sum([audited(seed) for seed in range(first, first + BATCH)], axis=0)
    assert (counts > 0).all()  # both verdicts occur, so neither answer is a constant


@pytest.mark.parametrize("first", range(5000, 5000 + TWICE, BATCH))
def test_every_verdict_over_two_releases_equals_enumeration(first: int) -> None:
    counts = np.sum([audited_twice(seed) for seed in range(first, first + BATCH)], axis=0)
    assert (counts > 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("first", range(10_000, 12_000, 100))
@pytest.mark.parametrize("one", [audited, audited_twice])
def test_a_thousand_cubes_and_a_thousand_pairs_more(one: Callable[[int, int | None], list[int]], first: int) -> None:
    done = 0
    for seed in range(first, first + 100):
        try:
            one(seed, STEPS)
        except TooManyTables:  # a few pairs have millions: the next seed takes their place
            continue
        done += 1
        if done == 50:
            return
    pytest.fail(f"only {done} of 50")


@pytest.mark.parametrize("first", range(1000, 1000 + RELEASED, BATCH))
def test_nothing_released_narrows_a_small_number_down(first: int) -> None:
    refused = 0
    for seed in range(first, first + BATCH):
        cube = random_cube(seed)
        before = first_release(cube)
        _unlearned(cube, prepared(cube.table, cube.policy, registered=REGISTERED), {}, before)
        after = next_cube(cube, seed)
        try:
            made = protect(after.table, after.policy, earlier=[before], registered=REGISTERED)
        except Refused as refusal:  # the first release shows too much for what changed: then there is no second
            assert "nothing is published" in str(refusal) and "could work out" in str(refusal)
            refused += 1
            continue
        second = told_again(made.witnesses.arrays, made.witnesses.published, 2)
        _unlearned(after, prepared(after.table, after.policy, [before], REGISTERED), before.shown, second)
    assert refused < BATCH / 2


def _unlearned(cube: Cube, ready: Prepared, before: Mapping, made: Told) -> None:  # type: ignore[type-arg]
    """Nobody can bound a secret by all that was published, now and before."""
    smallest = 0 if cube.policy.zeros == "hide" else 1
    old = {tuple(key[:4]): value for key, value in before.items() if value is not None}
    mark = "2:" if before else ""
    new = {(f"{mark}{key[0]}", *key[1:4]): value for key, value in made.shown.items() if value is not None}
    assert all(value == 0 or value >= cube.policy.threshold for value in new.values())
    assert smallest or 0 not in new.values()
    truth, rows = universe(ready), named(ready, int(bool(before)))
    persons = {row: int(ready.system.persons[number]) for row, number in rows.items()}
    for name in ready.targets.attackers:
        sees = knows(name, truth)
        wanted = secrets_of(sees, truth, rows, persons, cube.policy.threshold, not smallest, old)
        known = {cell: count for cell, count in truth.items() if sees(cell)}
        for secret, (low, high) in reach(wanted, possible_tables(truth, {**old, **new}, known)).items():
            assert low <= secret.at_most and high >= secret.at_least, (name, secret)
