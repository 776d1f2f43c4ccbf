"""The fast closure and search against the naive ones on random models, and what must hold of any closure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify import naive
from tests.verify.random_models import FACTS, IDS, random_model
from workbench.verify.closure import Laws, close, reaches
from workbench.verify.coalitions import Coalitions, coalitions, lawful, minimal_coalitions
from workbench.verify.facts import Holding
from workbench.verify.model import Level, Model
from workbench.verify.search import smallest_sets

MODELS = 4000


def units(model: Model, level: Level) -> dict[str, frozenset[str]]:
    return {name: model.members(name, level) for name in model.units(level)}


def check(model: Model, level: Level) -> Coalitions:
    """The smallest coalitions are those of the naive search, legal ones apart, and no other."""
    target = model.targets[0].tokens
    answer = coalitions(model, target, level)
    assert answer.complete
    named = units(model, level)
    assert {*answer.found, *answer.legal} == naive.smallest(model, named, target)
    for one in (*answer.found, *answer.legal):
        parties = frozenset[str]().union(*(named[name] for name in one))
        assert (one in answer.legal) == naive.reaches(model.before, parties, target)
    return answer


def test_thousands_of_random_models_agree_with_the_naive_search() -> None:
    random = Random(284)
    sizes: dict[int, int] = {}
    for number in range(MODELS):
        answer = check(random_model(random, tables=12), "organisation" if number % 4 == 0 else "party")
        for one in answer.found:
            sizes[len(one)] = sizes.get(len(one), 0) + 1
    # The models are worth the trouble: coalitions of one, two and three all occur, and often.
    assert all(sizes.get(size, 0) > 100 for size in (1, 2, 3)), sizes


def test_every_coalition_of_small_models_agrees_with_the_naive_closure() -> None:
    random = Random(194)
    for _ in range(200):
        model = random_model(random, parties=4)
        target = model.targets[0].tokens
        for size in range(1, 5):
            for who in combinations(model.parties, size):
                assert model.exposure(who).can(target) == naive.reaches(model, who, target)


def naive_question(model: Model, target: frozenset[str]) -> Callable[[int], bool]:
    def ask(chosen: int) -> bool:
        who = [name for place, name in enumerate(model.parties) if chosen >> place & 1]
        return naive.reaches(model, who, target)

    return ask


def test_a_search_cut_short_says_so_and_misses_nothing_up_to_its_size() -> None:
    random = Random(104)
    cut = 0
    for _ in range(60):
        model = random_model(random, parties=8, tables=24)
        target = model.targets[0].tokens
        answer = smallest_sets(naive_question(model, target), len(model.parties), size=2, budget=5)
        every = naive.smallest(model, units(model, "party"), target)
        named = {frozenset(name for place, name in enumerate(model.parties) if one >> place & 1) for one in answer.sets}
        if answer.complete:
            assert named == every
        else:
            cut += 1
            assert {one for one in named if len(one) <= answer.size} == {
                one for one in every if len(one) <= answer.size
            }
            assert answer.size == 2
    assert cut > 10


def test_size_bounds_what_is_listed() -> None:
    random = Random(7)
    for _ in range(100):
        model = random_model(random)
        target = model.targets[0].tokens
        every = coalitions(model, target).found
        assert minimal_coalitions(model, target, size=1) == tuple(one for one in every if len(one) == 1)


# -- what must hold of any closure --------------------------------------------------------------------------------

masks = st.lists(st.integers(min_value=1, max_value=2**10 - 1), max_size=8)
laws = st.builds(
    lambda quasi, rules: Laws(0b11111, tuple(quasi), tuple(rules)),
    st.lists(st.integers(min_value=1, max_value=2**10 - 1), max_size=2),
    st.lists(st.tuples(st.integers(1, 2**10 - 1), st.integers(1, 2**10 - 1)), max_size=3),
)


@given(masks, laws)
@settings(max_examples=300, deadline=None)
def test_closing_twice_is_closing_once(tables: list[int], law: Laws) -> None:
    once = close(tables, law)
    assert close(once, law) == once


@given(masks, masks, laws)
@settings(max_examples=300, deadline=None)
def test_more_tables_never_give_less(tables: list[int], more: list[int], law: Laws) -> None:
    few, many = close(tables, law), close([*tables, *more], law)
    assert all(any(one & other == one for other in many) for one in few)


@given(st.permutations(range(6)), st.lists(st.integers(1, 2**10 - 1), min_size=6, max_size=6), laws)
@settings(max_examples=200, deadline=None)
def test_the_order_of_tables_does_not_matter(order: list[int], tables: list[int], law: Laws) -> None:
    assert close([tables[place] for place in order], law) == close(tables, law)


@given(masks, masks, laws)
@settings(max_examples=200, deadline=None)
def test_closing_parts_first_changes_nothing(tables: list[int], more: list[int], law: Laws) -> None:
    assert close([*close(tables, law), *close(more, law)], law) == close([*tables, *more], law)


def test_now_is_never_more_than_ever() -> None:
    random = Random(45)
    for _ in range(300):
        model = random_model(random)
        target = model.targets[0].tokens
        for step in range(model.last + 1):
            if model.exposure(model.parties, step, "now").can(target):
                assert model.exposure(model.parties, step, "ever").can(target)


def test_a_derivation_is_enough_and_nothing_in_it_can_be_missed() -> None:
    random = Random(31)
    derived = 0
    for _ in range(400):
        model = random_model(random)
        target = model.targets[0].tokens
        derivation = model.exposure(model.parties).reaches(target)
        if derivation is None:
            continue
        derived += 1
        evidence = derivation.evidence

        def enough(pieces: tuple[object, ...], model: Model = model, target: frozenset[str] = target) -> bool:
            facts = replace(
                model,
                holdings=tuple(one for one in pieces if isinstance(one, Holding)),
                keys=tuple(one for one in model.keys if one in pieces),
            )
            return naive.reaches(facts, model.parties, target)

        base = model.exact if derivation.exact else model
        assert enough(evidence, base)
        for place in range(len(evidence)):
            assert not enough(evidence[:place] + evidence[place + 1 :], base)
        lines = derivation.lines()
        assert len(lines) == len(evidence) + len(derivation.links) + 1
        assert derivation.exact or not model.exact.exposure(model.parties).can(target)
    assert derived > 100


def test_every_token_of_the_random_models_is_used() -> None:
    """The generator reaches what it may: each identifier and each fact is in some table, rule and target."""
    random = Random(1)
    models = [random_model(random) for _ in range(300)]
    held = {token for model in models for one in model.holdings for token in one.tokens}
    assert held == {*IDS, *FACTS}
    assert any(lawful(model, model.parties, model.targets[0].tokens) for model in models)
    assert reaches((0b111,), 0b101)
