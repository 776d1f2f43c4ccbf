"""categorise against plain Python, and drop on tables made by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataflow.bench import Bench, classes, derived
from tests.dataflow.tables import same
from workbench.catalog import Catalog
from workbench.catalog.model import CodeList
from workbench.dataflow import Dataset, Flow
from workbench.dataflow.kinds.drop import Drop

STEP = {"input": "d", "output": "o"}
CLOSED = classes("closed", (0, 16), (17, 40), (41, None))
LISTS = (
    CLOSED,
    classes("other-words", (None, -1), (0, 9), (10, None), names=("from", "to")),
    classes("overlapping", (0, 16), (16, 40)),
    classes("gap", (0, 16), (18, None)),
    CodeList.model_validate({**classes("bare").model_dump(), "entries": [{"code": "x", "label": CLOSED.label}]}),
)
NEW = (derived("C", "string"), derived("K", "string", codes="closed"), derived("N", "integer"))
NUMBERS = """
id:string | n:integer | more:string
a         | 0         | x
b         | 16        | x
c         | 17        | x
d         | 40        | x
e         | 41        | x
f         | 1000      | x
g         | -1        | x
h         |           | x
"""


@pytest.fixture(scope="module")
def bench(flow: Flow, catalog: Catalog) -> Bench:
    return Bench(flow.study.study, catalog, NEW, LISTS)


def into(codes: str, name: str = "C") -> dict[str, Any]:
    return {**STEP, "classes": {"rows": {name: {"from": "n", "codes": codes}}}}


def test_both_bounds_belong_to_a_class_and_a_number_in_none_has_none(bench: Bench) -> None:
    same(
        bench.one("categorise", into("closed", "K"), {"d": NUMBERS}),
        """
        id:string | more:string | K:string
        a         | x           | c0
        b         | x           | c0
        c         | x           | c1
        d         | x           | c1
        e         | x           | c2
        f         | x           | c2
        g         | x           |
        h         | x           |
        """,
    )


def test_the_classes_of_the_catalogue_are_classes(bench: Bench) -> None:
    """LeeftijdsklasseOKA has its entry and its list, with bounds under other names."""
    spec = {**STEP, "classes": {"rows": {"LeeftijdsklasseOKA": {"from": "n", "codes": "age_theatre"}}}}
    made = bench.one("categorise", spec, {"d": "n:integer\n0\n16\n17\n65\n66\n85\n86\n120"})
    assert made.to_pydict() == {
        "LeeftijdsklasseOKA": ["0-16", "0-16", "17-40", "41-65", "66-85", "66-85", "86+", "86+"]
    }


@settings(max_examples=20, deadline=None)
@given(
    starts=st.lists(st.integers(-50, 150), min_size=1, max_size=6, unique=True).map(sorted),
    numbers=st.lists(st.integers(-80, 200), min_size=1, max_size=30),
)
def test_any_row_of_classes_equals_plain_python(
    starts: list[int], numbers: list[int], flow: Flow, catalog: Catalog
) -> None:
    pairs: list[tuple[int, int | None]] = [(low, high - 1) for low, high in pairwise(starts)] + [(starts[-1], None)]
    bench = Bench(flow.study.study, catalog, NEW, (classes("any", *pairs),))
    text = "id:integer | n:integer\n" + "\n".join(f"{place} | {number}" for place, number in enumerate(numbers))
    made = bench.one("categorise", into("any"), {"d": text})
    found = {row["id"]: row["C"] for row in made.to_pylist()}
    for place, number in enumerate(numbers):
        wanted = [at for at, (low, high) in enumerate(pairs) if low <= number and (high is None or number <= high)]
        assert found[place] == (f"c{wanted[0]}" if wanted else None) and len(wanted) < 2


WRONG = {
    "a list that is not there": (into("nowhere"), "code list 'nowhere' does not exist", "codes"),
    "a list without bounds": (into("bare"), "'bare' has codes without bounds", "codes"),
    "a list of selections": (into("stroke_inclusion"), "'stroke_inclusion' has codes without bounds", "codes"),
    "classes that overlap": (into("overlapping"), "classes c0 and c1 of 'overlapping' overlap", "codes"),
    "a gap between classes": (into("gap"), "between classes c0 and c1 of 'gap' is a gap", "codes"),
    "another list than the entry says": (into("other-words", "K"), "'K' has the classes of 'other-words'", "codes"),
    "a column that is not there": (
        {**STEP, "classes": {"rows": {"C": {"from": "m", "codes": "closed"}}}}, "column 'm' does not exist", "from",
    ),
    "a text for a number": (
        {**STEP, "classes": {"rows": {"C": {"from": "id", "codes": "closed"}}}}, "'id' falls in no class", "from",
    ),
    "a name of another type": (into("closed", "N"), "'N' becomes a string", "N"),
    "a part that is not there": (
        {**STEP, "classes": {"rest": {"C": {"from": "n", "codes": "closed"}}}}, "d has no part 'rest'", "rest",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_every_way_of_categorising_wrong_is_found_once(bench: Bench, case: str) -> None:
    spec, words, key = WRONG[case]
    _, found = bench.said("categorise", spec, {"d": "id:string | n:integer"})
    assert len(found) == 1 and words in found[0][1] and found[0][0][-1] == key, found


PARTS: dict[str, Any] = {"d.a": "x:string | y:integer\nu | 1\nv | 2", "d.b": "x:string\nw", "d.c": "z:string\nt"}


def test_drop_leaves_out_columns_and_parts_and_no_row(bench: Bench) -> None:
    made = bench.run("drop", {**STEP, "columns": {"a": ["x"]}, "parts": ["b"]}, PARTS)
    assert set(made) == {"o.a", "o.c"}
    same(made["o.a"], "y:integer\n1\n2")
    same(made["o.c"], "z:string\nt")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, "nothing is dropped"),
        ({"columns": {"a": []}}, "nothing is dropped"),
        ({"columns": {"a": ["q"]}}, "column 'q' does not exist in d.a"),
        ({"columns": {"q": ["x"]}}, "d has no part 'q'"),
        ({"parts": ["q"]}, "d has no part 'q'"),
        ({"columns": {"a": ["x"]}, "parts": ["a"]}, "'a' is named twice"),
        ({"columns": {"b": ["x"]}}, "o.b would have no column"),
        ({"parts": ["a", "b", "c"]}, "'o' would have no part"),
    ],
)
def test_every_way_of_dropping_wrong_is_found_once(bench: Bench, spec: dict[str, Any], words: str) -> None:
    _, found = bench.said("drop", {**STEP, **spec}, PARTS)
    assert len(found) == 1 and words in found[0][1], found


def test_what_is_dropped_from_a_protected_dataset_leaves_it_protected(bench: Bench) -> None:
    label = {"nl": "x", "fr": "x", "en": "x"}
    spec = {"id": "s", "kind": "drop", "actor": "kce", "label": label, "cite": {"document": "own"}, "parts": ["b"]}
    step = Drop.model_validate({**STEP, **spec})
    assert step.protects({"d": Dataset("d", {}, True)})
    assert not step.protects({"d": Dataset("d", {}, False)}) and not step.protects({})
