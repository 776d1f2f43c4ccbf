"""protect: whatever the persons and years, no class shown is small, and no remainder stands out."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataflow.tables import execute
from workbench.catalog import Catalog
from workbench.dataflow import Flow
from workbench.dataflow.kinds import KINDS

THRESHOLD = 5  # of catalog/policies/small-cells.yaml
SPEC: dict[str, Any] = {
    "kind": "protect",
    "input": "d",
    "output": "o",
    "part": "stay",
    "person": "p",
    "within": ["h", "s"],
    "coarsen": "y",
    "width_as": "A1_CLASS_WIDTH",
    "widths": [1, 5, 10, 20],
    "policy": "small-cells",
}
Person = tuple[str, str, int | None, int]  # hospital, sex, year, number


def table(people: list[Person]) -> str:
    lines = [f"{nr} | {h} | {s} | {'' if y is None else y} | {p}" for nr, (h, s, y, p) in enumerate(people)]
    return "\n".join(["nr:integer | h:string | s:string | y:integer | p:integer", *lines])


def protect(flow: Flow, catalog: Catalog, people: list[Person], **more: Any) -> list[dict[str, Any]]:
    made = execute(
        KINDS["protect"],
        {**SPEC, **more},
        flow.study.study,
        catalog,
        {"d.stay": table(people), "d.z": "z:string\n1"},
    )
    assert made["o.z"].to_pylist() == [{"z": "1"}]
    return sorted(made["o.stay"].to_pylist(), key=lambda row: row["nr"])


def test_the_policy_says_five(catalog: Catalog) -> None:
    assert catalog.policies["small-cells"].threshold == THRESHOLD


def test_years_are_kept_widened_or_withheld(flow: Flow, catalog: Catalog) -> None:
    """Five of 1940 stay; five in 1950-1954 become that class; 1961 and 1969 with three more the ten years."""
    people: list[Person] = [("A", "1", 1940, number) for number in range(5)]
    people += [("A", "1", 1950 + number, 10 + number) for number in range(5)]
    people += [("A", "1", year, 20 + number) for number, year in enumerate((1961, 1962, 1963, 1968, 1969))]
    people += [("A", "2", 1940, 30 + number) for number in range(4)]
    found = protect(flow, catalog, people)
    shown = [(row["y"], row["A1_CLASS_WIDTH"]) for row in found]
    assert shown == [(1940, 1)] * 5 + [(1950, 5)] * 5 + [(1960, 10)] * 5 + [(None, None)] * 4


def test_records_of_one_person_hide_nobody(flow: Flow, catalog: Catalog) -> None:
    people: list[Person] = [("A", "1", 1940, number % 4) for number in range(40)]
    assert all(row["y"] is None for row in protect(flow, catalog, people))


def test_a_remainder_too_small_takes_the_smallest_class_with_it(flow: Flow, catalog: Catalog) -> None:
    people: list[Person] = [("A", "1", 1940, number) for number in range(9)]
    people += [("A", "1", 1950, 20 + number) for number in range(6)]
    people += [("A", "1", 1990, 40 + number) for number in range(2)]
    found = protect(flow, catalog, people)
    assert [row["y"] for row in found] == [1940] * 9 + [None] * 8


def test_a_remainder_large_enough_takes_nothing(flow: Flow, catalog: Catalog) -> None:
    people: list[Person] = [("A", "1", 1940, number) for number in range(9)]
    people += [("A", "1", 1900 + 30 * number, 20 + number) for number in range(5)]
    found = protect(flow, catalog, people)
    assert [row["y"] for row in found] == [1940] * 9 + [None] * 5


people = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from("12"),
        st.none() | st.sampled_from([1918, 1938, 1939, 1940, 1941, 1944, 1945, 1950, 1955, 1979, 1980, 2001]),
        st.integers(0, 25),
    ),
    max_size=90,
)


@settings(max_examples=40)
@given(people, st.sampled_from([(1, 5, 10, 20), (1,), (5, 20), (2, 4, 8)]))
def test_no_class_is_small_and_no_remainder_stands_out(
    flow: Flow, catalog: Catalog, found: list[Person], widths: tuple[int, ...]
) -> None:
    rows = protect(flow, catalog, found, widths=list(widths))
    assert len(rows) == len(found)
    classes: defaultdict[tuple[Any, ...], set[int]] = defaultdict(set)
    records: Counter[tuple[Any, ...]] = Counter()
    groups: defaultdict[tuple[Any, ...], set[int]] = defaultdict(set)
    for row, (hospital, sex, year, person) in zip(rows, found, strict=True):
        assert (row["h"], row["s"], row["p"]) == (hospital, sex, person)
        groups[hospital, sex].add(person)
        shown = row["y"], row["A1_CLASS_WIDTH"]
        assert (shown[0] is None) == (shown[1] is None)
        if shown[0] is not None:
            assert shown[1] in widths and shown[0] % shown[1] == 0
            assert year is not None and shown[0] <= year < shown[0] + shown[1]
        classes[hospital, sex, *shown].add(person)
        records[hospital, sex, *shown] += 1
    for (hospital, sex, year, width), persons in classes.items():
        if width is not None:
            assert len(persons) >= THRESHOLD and records[hospital, sex, year, width] >= THRESHOLD
        elif len(groups[hospital, sex]) >= THRESHOLD:
            assert len(persons) >= THRESHOLD, f"{len(persons)} persons of {hospital}, {sex} stand out"


def test_years_are_not_given_up_lightly(flow: Flow, catalog: Catalog) -> None:
    """A thousand persons over sixty years, and three very old ones: nearly all keep their year."""
    people: list[Person] = [("A", "1", 1930 + number % 60, number) for number in range(1000)]
    people += [("A", "1", 1905, 2000 + number) for number in range(3)]
    found = protect(flow, catalog, people)
    withheld = sum(row["y"] is None for row in found)
    assert withheld == 3 + 16  # one year of birth keeps them company


def test_the_engine_orders_nothing_by_chance(flow: Flow, catalog: Catalog) -> None:
    """Equal classes: which one joins the remainder must not depend on the order of the rows."""
    people: list[Person] = [("A", "1", year, number) for number, year in enumerate([1940, 1950, 1960] * 5 + [1990])]
    once = protect(flow, catalog, people)
    again = protect(flow, catalog, list(reversed(people)))
    assert Counter((r["p"], r["y"]) for r in once) == Counter((r["p"], r["y"]) for r in again)


@pytest.mark.parametrize("widths", [[], [0], [5, 1], [1, 1], [2, 3]])
def test_widths_must_nest(widths: list[int]) -> None:
    label = {"nl": "x", "fr": "x", "en": "x"}
    given = {"id": "x", "actor": "kce", "label": label, "cite": {"document": "own"}}
    with pytest.raises(ValueError, match="widths"):
        KINDS["protect"].model_validate({**given, **SPEC, "widths": widths})
