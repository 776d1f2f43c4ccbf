"""recode_date against tables made by hand, and against Python's own calendar on random dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataflow.bench import Bench, derived
from tests.dataflow.tables import rows_of, same
from workbench.catalog import Catalog
from workbench.dataflow import Flow

STEP = {"input": "d", "output": "o"}
NEW = (
    derived("M", "string"), derived("Y", "integer"), derived("W", "string"), derived("N", "string"),
    derived("I", "integer"), derived("J", "integer"),
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(flow: Flow, catalog: Catalog) -> Bench:
    return Bench(flow.study.study, catalog, NEW)


def test_each_form_of_a_date_and_what_becomes_of_the_rest(bench: Bench) -> None:
    """1 March 2020 was a Sunday, 29 February a Saturday, 2 March a Monday."""
    tables = {
        "d.rows": """
        id:integer | on:date    | at:string | since:date
        1          | 2020-03-01 | 07:59     | 2020-02-29
        2          | 2020-02-29 | 08:00     | 2020-03-02
        3          | 2020-03-02 | 19:59     |
        4          |            | 20:00     | 2020-03-02
        """,
        "d.other": "z:string\nuntouched",
    }
    wanted = {
        "M": {"from": "on", "to": "month"}, "Y": {"from": "on", "to": "year"},
        "W": {"from": "on", "to": "week_weekend"}, "N": {"from": "at", "to": "day_night"},
        "I": {"from": "on", "to": "interval", "since": "since"},
        "J": {"from": "on", "to": "interval", "since": "since", "unit": "month"},
    }  # fmt: skip
    made = bench.run("recode_date", {**STEP, "recode": {"rows": wanted}}, tables)
    same(
        made["o.rows"],
        """
        id:integer | since:date | M:string | Y:integer | W:string | N:string | I:integer | J:integer
        1          | 2020-02-29 | 2020-03  | 2020      | weekend  | night    | 1         | 1
        2          | 2020-03-02 | 2020-02  | 2020      | weekend  | day      | -2        | -1
        3          |            | 2020-03  | 2020      | week     | day      |           |
        4          | 2020-03-02 |          |           |          | night    |           |
        """,
    )
    same(made["o.other"], tables["d.other"])


def test_times_that_are_none_and_hours_as_numbers(bench: Bench) -> None:
    tables = {
        "d.a": "t:string\n7:59\n24:00\nnoon\n23:59\n00:00\n8",
        "d.b": "t:integer\n0\n7\n8\n19\n20\n23\n24\n-1",
    }
    each = {"N": {"from": "t", "to": "day_night"}}
    made = bench.run("recode_date", {**STEP, "recode": {"a": each, "b": each}}, tables)
    assert made["o.a"]["N"].to_pylist() == ["night", None, None, "night", "night", "day"]
    assert made["o.b"]["N"].to_pylist() == ["night", "night", "day", "day", "night", "night", None, None]


def test_a_date_in_three_columns_or_in_two_for_a_month(bench: Bench) -> None:
    tables = {"d": "y:integer | m:integer | d:integer\n2018 | 2 | 30\n2018 | 5 | 4\n | 5 | 4"}
    recode = {"M": {"from": ["y", "m"], "to": "month"}, "W": {"from": ["y", "m", "d"], "to": "week_weekend"}}
    made = bench.one("recode_date", {**STEP, "recode": {"rows": recode}}, tables)
    assert made.column_names == ["M", "W"]
    assert rows_of(made) == rows_of(made.from_pydict({"M": ["2018-02", "2018-05", None], "W": [None, "week", None]}))


def test_an_interval_since_a_date_in_another_part_takes_its_first_row_and_loses_none(bench: Bench) -> None:
    tables = {
        "d.stay": "k:string | y:integer | m:integer | d:integer\na | 2019 | 1 | 10\na | 2019 | 1 | 8\nb | 2019 | 1 | 1",
        "d.line": "k:string | on:date\na | 2019-01-12\na | 2019-01-01\nc | 2019-01-12\n | 2019-01-12",
    }
    since = ["stay.y", "stay.m", "stay.d"]
    recode = {"line": {"I": {"from": "on", "to": "interval", "since": since, "key": ["k"]}}}
    made = bench.run("recode_date", {**STEP, "recode": recode}, tables)
    same(made["o.line"], "k:string | I:integer\na | 4\na | -7\nc |\n |")
    assert made["o.stay"].num_rows == 3


def test_a_field_may_be_recoded_under_its_own_name(bench: Bench) -> None:
    made = bench.one(
        "recode_date", {**STEP, "recode": {"rows": {"on": {"from": "on", "to": "year"}}}}, {"d": "on:date\n2018-05-04"}
    )
    assert made.to_pydict() == {"on": [2018]}


def test_what_is_made_has_the_origin_of_both_dates(bench: Bench) -> None:
    recode = {"rows": {"I": {"from": "on", "to": "interval", "since": "since"}}}
    made, found = bench.said("recode_date", {**STEP, "recode": recode}, {"d": "on:date | since:date"})
    assert not found
    assert {column.name: set(column.origin) for column in made["o.rows"]} == {
        "since": {"x.since"}, "I": {"x.on", "x.since"},
    }  # fmt: skip


DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@settings(max_examples=25, deadline=None)
@given(pairs=st.lists(st.tuples(DATES, DATES), min_size=1, max_size=40))
def test_every_form_equals_the_calendar_of_python(bench: Bench, pairs: list[tuple[date, date]]) -> None:
    text = "n:integer | on:date | since:date\n" + "\n".join(f"{n} | {a} | {b}" for n, (a, b) in enumerate(pairs))
    recode = {
        "M": {"from": "on", "to": "month"}, "Y": {"from": "on", "to": "year"},
        "W": {"from": "on", "to": "week_weekend"},
        "I": {"from": "on", "to": "interval", "since": "since"},
        "J": {"from": "on", "to": "interval", "since": "since", "unit": "month"},
    }  # fmt: skip
    made = bench.one("recode_date", {**STEP, "recode": {"rows": recode}}, {"d": text})
    found = {row["n"]: row for row in made.to_pylist()}
    for number, (on, since) in enumerate(pairs):
        row = found[number]
        assert row["M"] == f"{on.year:04d}-{on.month:02d}" and row["Y"] == on.year
        assert row["W"] == ("weekend" if on.isoweekday() > 5 else "week")
        assert row["I"] == (on - since).days and since + timedelta(days=row["I"]) == on
        assert row["J"] == 12 * (on.year - since.year) + on.month - since.month


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a part that is not there": ({"rest": {"M": {"from": "on", "to": "month"}}}, "d has no part 'rest'"),
    "a column that is not there": ({"rows": {"M": {"from": "off", "to": "month"}}}, "column 'off' does not exist"),
    "a number for a date": ({"rows": {"M": {"from": "y", "to": "month"}}}, "'y' is a integer"),
    "a date for a number": ({"rows": {"M": {"from": ["on", "y"], "to": "month"}}}, "'on' is a date"),
    "a year without its month": ({"rows": {"W": {"from": ["y", "y"], "to": "week_weekend"}}}, "y, y is no date"),
    "a date for a time": ({"rows": {"N": {"from": "on", "to": "day_night"}}}, "'on' is a date"),
    "an interval since nothing": ({"rows": {"I": {"from": "on", "to": "interval"}}}, "'I' has no clear meaning"),
    "a month since something": (
        {"rows": {"M": {"from": "on", "to": "month", "since": "on"}}}, "'M' has no clear meaning",
    ),
    "since a part that is not there": (
        {"rows": {"I": {"from": "on", "to": "interval", "since": "x.on", "key": ["y"]}}}, "'x.on' is in no part",
    ),
    "since another part without a key": (
        {"rows": {"I": {"from": "on", "to": "interval", "since": "more.on"}}}, "'more' cannot be reached",
    ),
    "a key that the other part has not": (
        {"rows": {"I": {"from": "on", "to": "interval", "since": "more.on", "key": ["y"]}}},
        "column 'y' does not exist in d.more",
    ),
    "since what is no date": (
        {"rows": {"I": {"from": "on", "to": "interval", "since": "y"}}}, "'y' is a integer",
    ),
    "a name without an entry": ({"rows": {"Nowhere": {"from": "on", "to": "month"}}}, "has no entry in catalog/"),
    "a name of another type": ({"rows": {"Y": {"from": "on", "to": "month"}}}, "'Y' becomes a string"),
    "a name that stands there": ({"rows": {"t": {"from": "on", "to": "month"}}}, "o.rows has 't' already"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_every_way_of_writing_it_wrong_is_found_once(bench: Bench, case: str) -> None:
    recode, words = WRONG[case]
    tables = {"d.rows": "on:date | y:integer | t:string", "d.more": "on:date"}
    _, found = bench.said("recode_date", {**STEP, "recode": recode}, tables)
    news = [what for _, what, _, _ in found if case != "a name that stands there" or "entry" not in what]
    assert len(news) == 1 and words in news[0], found
    loc = found[0][0]
    assert loc[0] == "recode" and loc[1] == next(iter(recode))
