"""k, l and t against the definitions row by row, and against the answers of another library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.microdata import brute, tables
from tests.disclosure.microdata.conftest import Engine
from workbench.disclosure.microdata import measure

ROWS = st.lists(
    st.fixed_dictionaries({
        "year": st.sampled_from([1950, 1951, None]),
        "zip": st.sampled_from(["1000", "2000", None]),
        "person": st.integers(1, 6),
        "illness": st.sampled_from(["a", "b", "c"]),
        "days": st.sampled_from([1, 2, 5, 9, 30]),
    }),
    min_size=1,
    max_size=25,
)  # fmt: skip


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_200_random_tables_have_the_answers_of_pycanon(engine: Engine, every: int) -> None:
    """Recorded from pycanon 1.3.6, which needs older libraries than ours; benchmarks/microdata.py runs it beside us."""
    recorded = json.loads((Path(__file__).parent / "pycanon.json").read_text())["answers"]
    assert len(recorded) == tables.TABLES == 200
    assert len({tuple(one) for one in recorded}) > 150, "tables that all look alike would prove nothing"
    for seed, (k, l_, t_word, t_number) in list(enumerate(recorded))[::every]:
        columns = tables.table(seed)
        rows = engine.table([dict(zip(columns, one, strict=True)) for one in zip(*columns.values(), strict=True)])
        assert measure.classes(rows, tables.QUASI, 5).k == k, seed
        assert measure.diversity(rows, tables.QUASI, tables.WORD, 2)[0] == l_, seed
        assert measure.closeness(rows, tables.QUASI, tables.WORD) == pytest.approx(t_word, abs=1e-12), seed
        assert measure.closeness(rows, tables.QUASI, tables.NUMBER, True) == pytest.approx(t_number, abs=1e-12), seed


@settings(max_examples=20)
@given(ROWS)
def test_classes_and_values_are_those_counted_row_by_row(rows: list[brute.Row]) -> None:
    engine = Engine()
    held, quasi = engine.table(rows), ("year", "zip")
    for person in (None, "person"):
        sizes = [(brute.persons(rows, places, person), len(places)) for places in brute.grouped(rows, quasi)]
        found = measure.classes(held, quasi, 3, person)
        assert found.k == min(size for size, _ in sizes)
        assert found.records == len(rows) and found.classes == len(sizes)
        assert found.uniques == sum(records for size, records in sizes if size == 1)
        assert found.below == sum(records for size, records in sizes if size < 3)
    values = [({rows[p]["illness"] for p in places}, len(places)) for places in brute.grouped(rows, quasi)]
    assert measure.diversity(held, quasi, "illness", 2) == (
        min(len(one) for one, _ in values), sum(n for one, n in values if len(one) < 2)
    )  # fmt: skip
    for name, ordered in (("illness", False), ("days", False), ("days", True)):
        expected = brute.distance(rows, quasi, name, ordered)
        assert measure.closeness(held, quasi, name, ordered) == pytest.approx(expected, abs=1e-12)
    engine.close()


def test_an_empty_value_is_no_sensitive_value(engine: Engine) -> None:
    rows = engine.table([{"q": 1, "s": "a"}, {"q": 1, "s": None}, {"q": 2, "s": "b"}, {"q": 2, "s": "a"}])
    assert measure.diversity(rows, ["q"], "s", 2) == (1, 2)
    assert measure.closeness(rows, ["q"], "s") == pytest.approx(1 / 3)


def test_no_quasi_identifier_is_one_class_of_all(engine: Engine) -> None:
    rows = engine.table([{"p": 1}, {"p": 1}, {"p": 2}])
    found = measure.classes(rows, [], 3, "p")
    assert (found.k, found.classes, found.below) == (2, 1, 3)
