"""Verification of a large flow takes few closures: counted, for a machine's speed proves nothing."""

from __future__ import annotations

from benchmarks.verify import large_model
from workbench.verify import coalitions
from workbench.verify.search import smallest_sets


def test_sixty_parties_are_answered_completely_with_few_closures() -> None:
    model = large_model()
    assert len(model.parties) == 60 and len(model.steps) == 300
    assert len({one.item.dataset for one in model.holdings if not one.prior}) == 400
    answer = coalitions(model, model.targets[0].tokens)
    assert answer.complete and answer.found
    # Trying all sets of four would take half a million closures, and would not prove that there are no larger ones.
    assert answer.questions < 60 * len((*answer.found, *answer.legal))


def test_what_is_asked_grows_with_what_there_is_to_find_and_not_with_the_number_of_units() -> None:
    """Ten pairs among 20 units and among 200: the others cost nothing but a few halvings."""

    def pairs(units: int) -> int:
        wanted = [0b11 << 2 * place for place in range(5)]
        found = smallest_sets(lambda chosen: any(chosen & one == one for one in wanted), units)
        assert found.complete and set(found.sets) == set(wanted)
        return found.questions

    assert pairs(200) < 3 * pairs(20)


def test_a_search_that_would_take_too_long_is_bounded_by_its_budget() -> None:
    """Any thirty of sixty units suffice: there are more smallest sets than can be listed."""
    found = smallest_sets(lambda chosen: chosen.bit_count() >= 30, 60, size=2, budget=200)
    assert not found.complete and found.size == 2
    assert all(one.bit_count() == 30 for one in found.sets)
    assert found.questions <= 60 + 60 * 59 // 2
