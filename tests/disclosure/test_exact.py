"""The exact method against a list of every choice, and the plan that suppression starts from."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from benchmarks.tables import prepared, table
from workbench.disclosure.attack import Attack
from workbench.disclosure.audit import audit
from workbench.disclosure.coverage import Coverage
from workbench.disclosure.crowd import Crowd
from workbench.disclosure.exact import Exact
from workbench.disclosure.suppress import Suppression, weights

CASES = [*(((3, 3), seed, False) for seed in range(4)), *(((3, 2), seed, True) for seed in (0, 4, 7))]


@pytest.mark.parametrize(("shape", "seed", "insiders"), CASES)
def test_nothing_cheaper_is_safe(shape: tuple[int, ...], seed: int, insiders: bool) -> None:
    system = table(shape, 40, seed)
    targets, primary = prepared(system, insiders)
    prices = weights(system, 1.0)
    best = Exact(system, targets, primary, prices).solve()
    assert best.proven
    assert audit(system, targets, best.hidden).safe
    others = np.flatnonzero(~primary)
    for many in range(best.secondary + 2):
        for chosen in combinations(others.tolist(), many):
            if prices[list(chosen)].sum() < best.cost - 1e-6:
                hidden = primary.copy()
                hidden[list(chosen)] = True
                assert not audit(system, targets, hidden).safe, chosen


@pytest.mark.parametrize("seed", [0, *(pytest.param(one, marks=pytest.mark.slow) for one in (1, 2))])
def test_suppression_stays_close_to_the_optimum(seed: int) -> None:
    system = table((8, 5, 3), 600, seed)
    targets, primary = prepared(system, False)
    made = Suppression(system, targets, primary, dear=1.0)
    for step in (made.plan, made.withhold):
        step(lambda stage, done, total: None)
    best = Exact(system, targets, primary, made.weights).solve()
    assert best.proven and best.cost - 1e-6 <= made.cost() <= 1.10 * best.cost
    assert audit(system, targets, made.hidden).safe


def test_insiders_cost_what_the_plan_says_and_no_more() -> None:
    """What all insiders ask at once is more than any of them asks: withholding for that cost half as much again."""
    system = table((9, 6, 4), 1080, 3)
    targets, primary = prepared(system, True)
    made = Suppression(system, targets, primary, dear=1.0)
    made.plan(lambda stage, done, total: None)
    planned = made.cost()
    made.withhold(lambda stage, done, total: None)
    assert made.cost() <= 1.02 * planned  # more only where whole stays ask for it
    assert audit(system, targets, made.hidden).safe


def test_a_few_tables_for_many_demands_meet_nearly_all() -> None:
    system = table((9, 6, 4), 1080, 3)
    targets, primary = prepared(system, True)
    made = Suppression(system, targets, primary, dear=1.0)
    made.plan(lambda stage, done, total: None)
    attack = Attack(system, targets, Coverage(system, targets))
    asked = attack.coverage.open().sum(axis=(0, 2))
    Crowd(attack, made.hidden).meet_all(lambda stage, done, total: None)
    left = attack.coverage.open().sum(axis=(0, 2))
    assert (left <= np.maximum(asked // 5, 7)).all() and left.sum() < asked.sum() / 10
    for witness in attack.coverage.witnesses:  # each agrees with all that is shown
        assert made.hidden[witness.number].all()
        assert (system.cells.reshape(-1)[witness.cell] + witness.change >= 0).all()
