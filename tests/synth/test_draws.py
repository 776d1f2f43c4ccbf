"""Draws: uniform, independent of one another, and the same in every version of the engine."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workbench.synth.draws import Draws
from workbench.synth.guides import allot, quantiles, shares

PERSON = Draws(20284, "person")


def column(expression: str, rows: int = 200_000) -> np.ndarray:
    return np.asarray(duckdb.execute(f"SELECT {expression} AS x FROM range({rows}) AS t(pid)").fetchnumpy()["x"])


def test_the_hash_of_an_integer_is_pinned() -> None:
    assert duckdb.execute("SELECT hash(42::BIGINT)").fetchall() == [(7199933130570745587,)]


@pytest.mark.parametrize("stream", ["bis", "event", "stays"])
def test_draws_are_uniform(stream: str) -> None:
    assert stats.kstest(column(PERSON.uniform("pid", stream)), "uniform").pvalue > 0.001


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (PERSON.uniform("pid", "bis"), PERSON.uniform("pid", "event")),
        (PERSON.uniform("pid", "bis"), PERSON.uniform("pid + 1", "bis")),
        (PERSON.uniform("pid", "bis"), Draws(20285, "person").uniform("pid", "bis")),
        (PERSON.uniform("pid", "bis"), Draws(20284, "chain").uniform("pid", "bis")),
    ],
    ids=["streams", "neighbours", "seeds", "kinds"],
)
def test_draws_are_independent(first: str, second: str) -> None:
    cells = column(f"floor({first} * 16)::INTEGER * 16 + floor({second} * 16)::INTEGER")
    assert stats.chisquare(np.bincount(cells, minlength=256)).pvalue > 0.001


def test_a_number_below_a_count_reaches_all_of_it() -> None:
    assert sorted(set(column(PERSON.below("pid", "x", 7)).tolist())) == list(range(7))


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=12))
def test_shares_are_right_to_half_a_cell(weights: list[float]) -> None:
    cells = np.bincount(shares(weights, 4096), minlength=len(weights))
    exact = np.asarray(weights) / sum(weights) * 4096
    assert np.all(np.abs(cells - exact) <= 1.0) and cells.sum() == 4096


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30).filter(lambda x: sum(x) > 1), st.integers(0, 10**6))
def test_allotted_numbers_sum_up_and_stay_near(expected: list[float], total: int) -> None:
    found = allot(np.asarray(expected), total)
    assert found.sum() == total and found.min() >= 0
    assert np.all(np.abs(found - np.asarray(expected) / sum(expected) * total) <= 1.0 + 1e-6)


def test_quantiles_keep_their_points() -> None:
    days = quantiles([[0, 0], [0.5, 10], [1, 20]], 1000)
    assert (days.min(), days.max()) == (0, 19)
    assert np.median(days) == pytest.approx(9.5, abs=0.6)
