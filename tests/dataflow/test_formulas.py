"""Every formula on a small table executed by the engine; chains and check digits against plain Python too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataflow.tables import Desk, desk, read
from workbench.catalog import Catalog
from workbench.dataflow import Flow
from workbench.dataflow.formula_names import BY_NAME, parse


@pytest.fixture(scope="module")
def engine(flow: Flow, catalog: Catalog) -> Any:
    with desk(flow.study.study, catalog, tables={}) as made:
        yield made


def compute(engine: Desk, spec: dict[str, Any], text: str) -> list[Any]:
    """The values of a formula, in the order of the rows; the first column numbers them."""
    formula, trouble = parse(spec)
    assert formula is not None, trouble
    rows = engine._session.register(read(text))
    made = engine.rows(formula.apply(rows, "value").select("nr", "value").order_by("nr"))
    return list(made["value"].to_pylist())


def test_every_formula_is_tested_here() -> None:
    assert set(BY_NAME) == {
        "date", "year", "days_between", "days_since_admission", "died_within", "hospital_number",
        "previous_stay", "next_stay", "difference", "first_day", "last_day",
    }  # fmt: skip


def test_a_date_from_three_fields(engine: Desk) -> None:
    text = """
    nr:integer | y:integer | m:integer | d:integer
    1          | 2018      | 5         | 7
    2          | 2020      | 2         | 29
    3          | 2019      | 2         | 29
    4          | 2018      | 13        | 1
    5          | 2018      |           | 1
    6          | 2018      | 12        | 0
    7          | 999       | 1         | 1
    """
    assert compute(engine, {"date": ["y", "m", "d"]}, text) == [
        date(2018, 5, 7), date(2020, 2, 29), None, None, None, None, date(999, 1, 1),
    ]  # fmt: skip


def test_a_year_and_days_between(engine: Desk) -> None:
    text = """
    nr:integer | begin:date | end:date
    1          | 2018-12-31 | 2019-01-01
    2          | 2019-01-01 | 2019-01-01
    3          | 2019-03-01 | 2019-02-01
    4          | 2016-02-28 | 2016-03-01
    5          | 2019-03-01 |
    """
    assert compute(engine, {"year": "end"}, text) == [2019, 2019, 2019, 2016, None]
    assert compute(engine, {"days_between": ["begin", "end"]}, text) == [1, 0, -28, 2, None]


def test_whole_years(engine: Desk) -> None:
    text = """
    nr:integer | born:integer | y:integer
    1          | 1950         | 2018
    2          | 2018         | 2017
    3          |              | 2018
    """
    assert compute(engine, {"difference": ["born", "y"]}, text) == [68, -1, None]
    assert compute(engine, {"first_day": {"year": "born", "add": -1}}, text) == [
        date(1949, 1, 1), date(2017, 1, 1), None,
    ]  # fmt: skip
    assert compute(engine, {"last_day": {"year": "y"}}, text) == [
        date(2018, 12, 31), date(2017, 12, 31), date(2018, 12, 31),
    ]  # fmt: skip


def test_days_since_admission(engine: Desk) -> None:
    text = """
    nr:integer | y:integer | m:integer | d:integer | stay.in:date
    1          | 2018      | 5         | 12        | 2018-05-10
    2          | 2018      | 5         | 9         | 2018-05-10
    3          | 2018      | 5         | 10        |
    4          | 2018      | 2         | 30        | 2018-05-10
    """
    spec = {"days_since_admission": {"date": ["y", "m", "d"], "admission": "stay.in"}}
    assert compute(engine, spec, text) == [2, -1, None, None]


def test_death_counts_from_the_day_of_admission_to_the_last_day_included(engine: Desk) -> None:
    text = """
    nr:integer | in:date    | died:date
    1          | 2018-05-10 | 2018-05-10
    2          | 2018-05-10 | 2018-06-08
    3          | 2018-05-10 | 2018-06-09
    4          | 2018-05-10 | 2018-06-10
    5          | 2018-05-10 | 2018-05-09
    6          | 2018-05-10 |
    7          |            | 2018-05-10
    """
    # Day 0, day 29, day 30, day 31, dead before admission, alive, admission not known.
    assert compute(engine, {"died_within": {"date": "died", "since": "in", "days": 30}}, text) == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
    assert compute(engine, {"died_within": {"date": "died", "since": "in", "days": 0}}, text) == [
        True, False, False, False, False, False, False,
    ]  # fmt: skip


def test_the_hospital_number(engine: Desk) -> None:
    """710322 = 97 x 7322 + 88, so the check is 9; 710387 = 97 x 7323 + 56; 710331 is a multiple of 97."""
    text = """
    nr:integer | code:string
    1          | 322
    2          | 387
    3          | 331
    4          |
    """
    assert compute(engine, {"hospital_number": "code"}, text) == ["71032209", "71038741", "71033197", None]


@settings(max_examples=10)
@given(st.lists(st.integers(0, 999), min_size=1, max_size=99))
def test_a_hospital_number_is_right_when_97_divides_number_and_check_together(engine: Desk, codes: list[int]) -> None:
    text = "nr:integer | code:string\n" + "\n".join(f"{nr} | {code:03d}" for nr, code in enumerate(codes))
    for code, number in zip(codes, compute(engine, {"hospital_number": "code"}, text), strict=True):
        assert number[:6] == f"710{code:03d}" and len(number) == 8
        assert (int(number[:6]) + int(number[6:])) % 97 == 0 and 1 <= int(number[6:]) <= 97


CHAIN = {"person": "p", "begin": "in", "end": "out", "place": "h", "stay": "s"}


def neighbours(engine: Desk, text: str) -> list[tuple[Any, Any, Any, Any]]:
    """(hospital before, stay before, hospital after, stay after) of every row."""
    asked = [("previous_stay", "h"), ("previous_stay", "s"), ("next_stay", "h"), ("next_stay", "s")]
    columns = [compute(engine, {kind: {**CHAIN, "take": take}}, text) for kind, take in asked]
    return list(zip(*columns, strict=True))


NONE = (None, None, None, None)
CHAINS = {
    "a transfer": (
        "p | A | 1 | 10 | 12\np | B | 2 | 12 | 20",
        [(None, None, "B", "2"), ("A", "1", None, None)],
    ),
    "a day between": ("p | A | 1 | 10 | 12\np | B | 2 | 13 | 20", [NONE, NONE]),
    "one hospital": ("p | A | 1 | 10 | 12\np | A | 2 | 12 | 20", [NONE, NONE]),
    "two persons": ("p | A | 1 | 10 | 12\nq | B | 2 | 12 | 20", [NONE, NONE]),
    "three in a row": (
        "p | A | 1 | 10 | 12\np | B | 2 | 12 | 15\np | A | 3 | 15 | 20",
        [(None, None, "B", "2"), ("A", "1", "A", "3"), ("B", "2", None, None)],
    ),
    "one day, then on": (
        "p | A | 1 | 10 | 10\np | B | 2 | 10 | 15",
        [(None, None, "B", "2"), ("A", "1", None, None)],
    ),
    "both one day, told apart by their number": (
        "p | A | 2 | 10 | 10\np | B | 1 | 10 | 10",
        [("B", "1", None, None), (None, None, "A", "2")],
    ),
    "both one day and one number, told apart by the hospital": (
        "p | A | 1 | 10 | 10\np | B | 1 | 10 | 10",
        [(None, None, "B", "1"), ("A", "1", None, None)],
    ),
    "a day stay inside a long one": (
        "p | A | 1 | 10 | 19\np | C | 2 | 14 | 14\np | B | 3 | 19 | 21",
        [(None, None, "B", "3"), NONE, ("A", "1", None, None)],
    ),
    "a day stay in the same hospital on the day of transfer": (
        "p | A | 1 | 10 | 19\np | A | 2 | 19 | 19\np | B | 3 | 19 | 21",
        [(None, None, "B", "3"), (None, None, "B", "3"), ("A", "2", None, None)],
    ),
    "two that could follow: the first that ends": (
        "p | A | 1 | 10 | 14\np | C | 2 | 14 | 20\np | B | 3 | 14 | 15",
        [(None, None, "B", "3"), ("A", "1", None, None), ("A", "1", None, None)],
    ),
    "two that could precede: the last that began": (
        "p | A | 1 | 10 | 14\np | B | 2 | 12 | 14\np | C | 3 | 14 | 20",
        [(None, None, "C", "3"), (None, None, "C", "3"), ("B", "2", None, None)],
    ),
    "no day of discharge": ("p | A | 1 | 10 |\np | B | 2 | 12 | 20", [NONE, NONE]),
}


@pytest.mark.parametrize("case", CHAINS)
def test_chains_of_stays(case: str, engine: Desk) -> None:
    text, wanted = CHAINS[case]
    lines = []
    for nr, line in enumerate(text.splitlines()):
        person, hospital, stay, begin, end = (cell.strip() for cell in line.split("|"))
        days = [f"2018-05-{day}" if day else "" for day in (begin, end)]
        lines.append(" | ".join([str(nr), person, hospital, stay, *days]))
    head = "nr:integer | p:string | h:string | s:string | in:date | out:date"
    assert neighbours(engine, "\n".join([head, *lines])) == wanted


stays = st.lists(
    st.tuples(st.sampled_from("pqrstu"), st.sampled_from("ABC"), st.integers(0, 5), st.integers(0, 3)),
    max_size=60,
)


@settings(max_examples=15)
@given(stays)
def test_chains_against_plain_python(engine: Desk, found: list[tuple[str, str, int, int]]) -> None:
    """The rule as a person would apply it: look at all stays of the person, one by one."""
    first = date(2018, 5, 1)
    rows = [
        (person, hospital, str(nr), first + timedelta(days=begin), first + timedelta(days=begin + length))
        for nr, (person, hospital, begin, length) in enumerate(found)
    ]
    if not rows:
        return

    def rank(row: tuple[str, str, str, date, date]) -> tuple[date, date, str, str]:
        return row[3], row[4], row[2], row[1]

    wanted = []
    for row in rows:
        own = [other for other in rows if other[0] == row[0] and other[1] != row[1]]
        before = [other for other in own if other[4] == row[3] and rank(other) < rank(row)]
        after = [other for other in own if other[3] == row[4] and rank(other) > rank(row)]
        last = max(before, key=rank)[1:3] if before else (None, None)
        following = min(after, key=rank)[1:3] if after else (None, None)
        wanted.append((*last, *following))
    head = "nr:integer | p:string | h:string | s:string | in:date | out:date"
    lines = [" | ".join([str(nr), *map(str, row)]) for nr, row in enumerate(rows)]
    assert neighbours(engine, "\n".join([head, *lines])) == wanted


@pytest.mark.parametrize(
    ("spec", "trouble"),
    [
        ({}, "a formula is one name with its arguments"),
        ({"date": ["a", "b", "c"], "year": "d"}, "a formula is one name with its arguments"),
        ({"century": "a"}, "there is no formula 'century'"),
        ({"date": ["a", "b"]}, "its arguments do not fit"),
        ({"died_within": {"date": "a", "since": "b"}}, "its arguments do not fit: died_within.days"),
    ],
)
def test_a_formula_that_cannot_be_read(spec: dict[str, Any], trouble: str) -> None:
    formula, said = parse(spec)
    assert formula is None and said.startswith(trouble)
