"""The search against every combination of steps, on random tables."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.disclosure.microdata.search import search

Cells = list[tuple[int, int, int]]


def small(cells: Cells, node: tuple[int, ...], k: int) -> int:
    """Records in classes of fewer than k; each step halves a value."""
    classes: dict[tuple[int, ...], int] = {}
    for cell in cells:
        key = tuple(value >> level for value, level in zip(cell, node, strict=True))
        classes[key] = classes.get(key, 0) + 1
    return sum(n for n in classes.values() if n < k)


LADDER = st.lists(st.floats(0, 1), min_size=4, max_size=4).map(lambda steps: (0.0, *sorted(steps)))


@settings(max_examples=150)
@given(
    st.lists(st.tuples(*(st.integers(0, 15) for _ in range(3))), min_size=1, max_size=40),
    st.tuples(LADDER, LADDER, LADDER), st.integers(2, 6), st.integers(0, 4), st.integers(5, 200),
)  # fmt: skip
def test_it_finds_what_all_combinations_find(
    cells: Cells, ladders: tuple[tuple[float, ...], ...], k: int, allowed: int, budget: int
) -> None:
    lost = dict(zip("abc", ladders, strict=True))
    found = search(lost, lambda node: small(cells, node, k), allowed, budget)
    costs = {
        node: sum(ladder[level] for ladder, level in zip(ladders, node, strict=True)) / 3
        for node in product(range(5), repeat=3)
        if small(cells, node, k) <= allowed
    }
    assert found.safe == bool(costs)
    if costs:
        assert found.below == small(cells, found.levels, k) <= allowed
        assert found.loss >= min(costs.values()) - 1e-9
        if found.best:
            assert found.loss == pytest.approx(min(costs.values()), abs=1e-9)
    if budget >= 125:
        assert found.best, "all combinations can be measured, so the best is known"


def test_it_measures_far_fewer_than_there_are() -> None:
    cells = [(i % 16, i % 3, i % 5) for i in range(200)]
    lost = {name: (0.0, 0.25, 0.5, 0.75, 1.0) for name in "abc"}
    found = search(lost, lambda node: small(cells, node, 10), 0, 125)
    assert found.best and len(found.tried) < 60


def test_without_measurements_it_says_that_the_best_is_open() -> None:
    cells = [(i % 16, i % 3, i % 5) for i in range(200)]
    lost = {name: (0.0, 0.25, 0.5, 0.75, 1.0) for name in "abc"}
    found = search(lost, lambda node: small(cells, node, 10), 0, 6)
    assert found.safe and not found.best
