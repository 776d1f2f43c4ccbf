"""The exact method against a list of every choice, and the plan that suppression starts from."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from benchmarks.tables import prepared, table
from workbench.disclosure.audit import audit
from workbench.disclosure.exact import Exact
from workbench.disclosure.suppress import Suppression, weights


@pytest.mark.parametrize("seed", range(6))
def test_nothing_cheaper_is_safe(seed: int) -> None:
    system = table((3, 3), 40, seed)
    targets, primary = prepared(system, False)
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


@pytest.mark.parametrize("seed", range(3))
def test_suppression_stays_close_to_the_optimum(seed: int) -> None:
    system = table((8, 5, 3), 600, seed)
    targets, primary = prepared(system, False)
    made = Suppression(system, targets, primary, dear=1.0)
    for step in (made.plan, made.withhold, made.show_again):
        step(lambda stage, done, total: None)
    best = Exact(system, targets, primary, made.weights).solve()
    assert best.proven and best.cost - 1e-6 <= made.cost() <= 1.25 * best.cost
    assert audit(system, targets, made.hidden).safe


def test_a_round_of_improvement_never_costs_more_and_stays_safe() -> None:
    system = table((6, 4, 3), 360, 1)
    targets, primary = prepared(system, True)
    made = Suppression(system, targets, primary, dear=1.0)
    made.withhold(lambda stage, done, total: None)
    before = made.cost()
    made.improve(lambda stage, done, total: None, 6)
    assert made.cost() <= before
    assert not made.attack.coverage.open().any() and audit(system, targets, made.hidden).safe
