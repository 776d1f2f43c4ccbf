"""Minimal sample uniques against every subset of every row, one by one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.microdata import brute
from tests.disclosure.microdata.conftest import Engine
from workbench.disclosure.microdata import uniques as module
from workbench.disclosure.microdata.uniques import minimal_uniques

NAMES = ("a", "b", "c", "d")
ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from([1, 2, 3, None]) for name in NAMES} | {"who": st.integers(1, 9)}),
    min_size=1,
    max_size=18,
)


@settings(max_examples=15)
@given(ROWS, st.booleans(), st.integers(1, 4))
def test_the_sets_are_those_of_the_definition(rows: list[brute.Row], persons: bool, largest: int) -> None:
    engine = Engine()
    person = "who" if persons else None
    found = minimal_uniques(engine.table(rows), NAMES, engine.keep, person, largest)
    engine.close()
    expected = brute.minimal(rows, NAMES, person)
    expected = {place: {one for one in sets if len(one) <= largest} for place, sets in expected.items()}
    expected = {place: sets for place, sets in expected.items() if sets}
    assert found.sets == Counter(one for sets in expected.values() for one in sets)
    assert found.records == len(expected)
    whole = brute.score(expected, len(NAMES))
    for name in NAMES:
        records = sum(any(name in one for one in sets) for sets in expected.values())
        assert found.contribution[name] == pytest.approx(records / len(expected) if expected else 0)
        assert found.weight[name] == pytest.approx(brute.score(expected, len(NAMES), name) / whole if whole else 0)


def test_many_values_take_more_than_one_number(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few bits to a number, variables are spread over several and keys numbered anew: the sets stay the same."""
    rows: list[brute.Row] = [{"a": i % 7, "b": i % 5, "c": i % 3, "d": i // 4} for i in range(30)]
    whole = minimal_uniques(engine.table(rows), NAMES, engine.keep)
    monkeypatch.setattr(module, "WORD", 4)
    monkeypatch.setattr(module, "SHIFT", 9)
    assert minimal_uniques(engine.table(rows), NAMES, engine.keep) == whole
    assert whole.sets == Counter(one for sets in brute.minimal(rows, NAMES, None).values() for one in sets)


def test_two_stays_of_one_person_do_not_hide_that_person(engine: Engine) -> None:
    rows: list[brute.Row] = [{"a": 1, "b": 1, "who": 1}, {"a": 1, "b": 1, "who": 1}, {"a": 2, "b": 1, "who": 2}]
    held = engine.table(rows)
    assert minimal_uniques(held, ("a", "b"), engine.keep).records == 1
    assert minimal_uniques(held, ("a", "b"), engine.keep, "who").sets == {("a",): 3}
