"""Repairs stop what they are said to stop, at least cost."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from tests.verify.random_models import random_model
from workbench.verify import Holding, Model, Repair, coalitions, repairs
from workbench.verify.facts import ID
from workbench.verify.hitting import cheapest_hitting_set


def test_hitting_sets_are_the_cheapest_there_are() -> None:
    random = Random(5)
    for _ in range(400):
        elements = list("abcdefg")[: random.randint(2, 7)]
        cost = {one: float(random.randint(1, 5)) for one in elements}
        sets = [
            frozenset(random.sample(elements, random.randint(1, len(elements)))) for _ in range(random.randint(1, 6))
        ]
        found = cheapest_hitting_set(sets, cost)
        assert all(found & one for one in sets)
        every = (c for size in range(1, len(elements) + 1) for c in combinations(elements, size))
        best = min(sum(cost[e] for e in c) for c in every if all(set(c) & one for one in sets))
        assert sum(cost[one] for one in found) == best


def repaired(model: Model, changes: tuple[Repair, ...]) -> Model:
    def less(one: Holding) -> Holding:
        gone = {change.token for change in changes if change.dataset == one.item.dataset}
        return one if one.prior else replace(one, item=replace(one.item, tokens=one.item.tokens - gone))

    return replace(model, holdings=tuple(less(one) for one in model.holdings))


def test_after_a_repair_the_coalition_no_longer_gets_there() -> None:
    random = Random(6)
    done = 0
    for _ in range(600):
        model = random_model(random)
        target = model.targets[0].tokens
        for who in coalitions(model, target).found:
            changes = repairs(model, target, who)
            if changes:
                done += 1
                assert repaired(model, changes).exposure(who).reaches(target) is None
                for change in changes:  # and none of them can be missed
                    rest = tuple(one for one in changes if one is not change)
                    assert repaired(model, rest).exposure(who).reaches(target)
    assert done > 100


def test_what_sources_held_before_cannot_be_repaired(stroke: Model) -> None:
    assert repairs(stroke, {"id:INSZ", "attr:diagnosis"}, ["hospitals"]) == ()


def test_membership_is_repaired_by_decoys(stroke: Model) -> None:
    (only,) = repairs(stroke, {"id:INSZ", "cohort:stroke-care"}, ["nic"])
    assert only.text == "add decoys to insz_rn, so that being in it proves nothing."
    (only,) = repairs(stroke, {"id:INSZ", "cohort:stroke-care"}, ["vikz-datamanager"])
    assert only.dataset == "patient_selection"  # what is made from it has the decoys too


@pytest.mark.parametrize(
    "needed, said", [((), "nothing needs it"), (("analysis",), "go by that code"), (("s",), "do without")]
)
def test_a_repair_says_what_it_costs(needed: tuple[str, ...], said: str) -> None:
    assert said in Repair("d", f"{ID}X", needed).text
    assert "go by that code" not in Repair("d", "attr:x", needed).text
