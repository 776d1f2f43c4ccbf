"""aggregate against plain Python; approve, log, publish and feed_back: what they ask and what they leave behind."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataflow.bench import Bench, derived
from tests.dataflow.tables import rows_of, same
from workbench.catalog import Catalog
from workbench.dataflow import Dataset, Flow
from workbench.dataflow.kinds import KINDS
from workbench.dataflow.schema import Column

NEW = (
    derived("n", "integer"), derived("persons", "integer"), derived("total", "integer"), derived("mean", "decimal"),
    derived("costs", "decimal"), derived("word", "string"),
)  # fmt: skip
AGGREGATE: dict[str, Any] = {
    "input": "d",
    "output": "o",
    "by": ["h"],
    "measures": {"n": "count", "persons": {"count_distinct": "p"}, "total": {"sum": "x"}, "mean": {"mean": "x"}},
}
LABEL = {"nl": "x", "fr": "x", "en": "for the report"}


@pytest.fixture(scope="module")
def bench(flow: Flow, catalog: Catalog) -> Bench:
    return Bench(flow.study.study, catalog, NEW)


def test_counts_sums_and_means_of_each_group(bench: Bench) -> None:
    rows = """
    h:string | p:integer | x:integer | c:decimal
    a        | 1         | 3         | 0.5
    a        | 1         | 4         | 1.5
    a        | 2         |           |
    b        |           | 7         | 1
             | 9         | 1         | 2
    """
    spec = {**AGGREGATE, "measures": {**AGGREGATE["measures"], "costs": {"sum": "c"}}}
    same(
        bench.one("aggregate", spec, {"d": rows}),
        """
        h:string | n:integer | persons:integer | total:integer | mean:decimal | costs:decimal
        a        | 3         | 2               | 7             | 3.5          | 2.0
        b        | 1         | 0               | 7             | 7            | 1.0
                 | 1         | 1               | 1             | 1            | 2.0
        """,
    )


def test_without_groups_all_rows_are_one_and_no_rows_are_none(bench: Bench) -> None:
    spec = {**AGGREGATE, "by": [], "measures": {"n": "count"}}
    assert bench.one("aggregate", spec, {"d": "h:string\na\nb"}).to_pydict() == {"n": [2]}
    assert bench.one("aggregate", spec, {"d": "h:string"}).num_rows == 0


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.integers(-5, 5)), max_size=60)


@settings(max_examples=20, deadline=None)
@given(rows=ROWS, person=st.booleans())
def test_groups_below_the_threshold_are_left_out_whoever_is_counted(
    bench: Bench, rows: list[tuple[str, int, int]], person: bool
) -> None:
    """Five is the threshold of the policy; a group of many rows of few persons is small."""
    text = "h:string | p:integer | x:integer\n" + "\n".join(f"{h} | {p} | {x}" for h, p, x in rows)
    spec = {**AGGREGATE, "policy": "small-cells", "measures": {"n": "count", "total": {"sum": "x"}}}
    made = bench.one("aggregate", {**spec, **({"person": "p"} if person else {})}, {"d": text})
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for h, p, x in rows:
        groups[h].append((p, x))
    wanted = [
        (h, len(all_), sum(x for _, x in all_))
        for h, all_ in sorted(groups.items())
        if (len({p for p, _ in all_}) if person else len(all_)) >= 5
    ]
    assert rows_of(made) == wanted


def test_a_group_of_exactly_the_threshold_is_large_enough(bench: Bench) -> None:
    rows = "h:string\n" + "a\n" * 5 + "b\n" * 4
    spec = {**AGGREGATE, "policy": "small-cells", "measures": {"n": "count"}}
    assert rows_of(bench.one("aggregate", spec, {"d": rows})) == [("a", 5)]


def test_no_count_of_distinct_values_lies_below_the_threshold(bench: Bench) -> None:
    rows = "h:string | p:integer | x:integer\n" + "\n".join(f"{'a' if n < 6 else 'b'} | {n % 4} | 1" for n in range(12))
    spec = {**AGGREGATE, "policy": "small-cells"}
    assert bench.one("aggregate", spec, {"d": rows}).num_rows == 0
    assert bench.one("aggregate", {**spec, "measures": {"n": "count"}}, {"d": rows}).num_rows == 2


def test_the_result_is_about_no_person(bench: Bench) -> None:
    hospital = Column("h", "string", "linkage", False, frozenset({"a.b.c"}), domain="CODE_AGR")
    person = Column("p", "bigint", "pseudonym", False, frozenset({"a.b.d"}), domain="RN")
    spec = {**AGGREGATE, "measures": {"n": "count", "persons": {"count_distinct": "p"}}}
    made, found = bench.said("aggregate", spec, {"d": (hospital, person)})
    assert not found
    assert [(one.name, one.aggregate, one.domain) for one in made["o.rows"]] == [
        ("h", True, None), ("n", True, None), ("persons", True, None),
    ]  # fmt: skip
    assert {one.name: set(one.origin) for one in made["o.rows"]} == {
        "h": {"a.b.c"}, "n": {"a.b.c", "a.b.d"}, "persons": {"a.b.d"},
    }  # fmt: skip


def test_what_is_computed_from_aggregates_is_one_and_from_anything_else_is_none(bench: Bench) -> None:
    group = Column("h", "integer", "payload", False, frozenset({"a.b.c"}), aggregate=True)
    other = Column("x", "integer", "payload", False, frozenset({"a.b.d"}))
    for read, aggregate in ((["h", "h"], True), (["h", "x"], False)):
        spec = {"input": "d", "output": "o", "parts": {"rows": {"add": {"n": {"difference": read}}}}}
        made, found = bench.said("derive", spec, {"d": (group, other)})
        assert not found
        assert {column.name: column.aggregate for column in made["o.rows"]} == {"h": True, "x": False, "n": aggregate}


def test_an_identifier_of_a_record_is_no_group_and_has_no_sum(bench: Bench) -> None:
    hospital = Column("h", "string", "linkage", False, frozenset({"a.b.c"}), domain="CODE_AGR")
    stay = Column("s", "bigint", "linkage", False, frozenset({"a.b.d"}), domain="STAYNUM")
    _, found = bench.said("aggregate", {**AGGREGATE, "by": ["s"], "measures": {"n": "count"}}, {"d": (hospital, stay)})
    assert ["'s' identifies one person or record" in str(one) for one in found] == [True]
    _, found = bench.said("aggregate", {**AGGREGATE, "measures": {"n": {"sum": "s"}}}, {"d": (hospital, stay)})
    assert ["'s' is an identifier and has no sum" in str(one) for one in found] == [True]


def test_identifiers_of_two_domains_do_not_come_into_one_column(bench: Bench) -> None:
    spec = {"inputs": ["d", "e"], "columns": {"i": "i"}, "output": "o"}
    one = Column("i", "string", "linkage", False, frozenset({"a.b.c"}), domain="PATNUM")
    other = Column("i", "string", "direct_identifier", False, frozenset({"a.b.d"}), domain="INSZ")
    _, found = bench.said("consolidate", spec, {"d": (one,), "e": (other,)})
    assert ["'i' has several meanings: INSZ, PATNUM" in str(problem) for problem in found] == [True]
    _, found = bench.said("consolidate", spec, {"d": (one,), "e": (one,)})
    assert not found


PERSON = Column("p", "bigint", "pseudonym", False, frozenset({"a.b.d"}), domain="RN")


@pytest.mark.parametrize(
    ("change", "words", "key"),
    [
        ({"by": ["p"]}, "'p' identifies one person", "by"),
        ({"by": ["q"]}, "column 'q' does not exist in d", "by"),
        ({"by": ["n"]}, "'n' is a group and a measure", "measures"),
        ({"measures": {"n": {"sum": "q"}}}, "column 'q' does not exist in d", "measures"),
        ({"measures": {"total": {"sum": "h"}}}, "'h' has no sum", "measures"),
        ({"measures": {"Nowhere": "count"}}, "'Nowhere' has no entry in catalog/derived.yaml", "measures"),
        ({"measures": {"word": "count"}}, "'word' becomes a integer", "measures"),
        ({"person": "q"}, "column 'q' does not exist in d", "person"),
        ({"policy": "nowhere"}, "policy 'nowhere' does not exist", "policy"),
    ],
)
def test_every_way_of_aggregating_wrong_is_found(bench: Bench, change: dict[str, Any], words: str, key: str) -> None:
    columns = (
        Column("h", "string", "payload", False, frozenset()),
        Column("n", "integer", "payload", False, frozenset()),
        PERSON,
    )
    _, found = bench.said("aggregate", {**AGGREGATE, "measures": {"n": "count"}, **change}, {"d": columns})
    assert len(found) == 1 and words in found[0][1] and found[0][0][0] == key, found


def test_a_measure_is_one_function(bench: Bench) -> None:
    with pytest.raises(ValueError, match="a measure is count, or one of"):
        bench.said("aggregate", {**AGGREGATE, "measures": {"n": {"sum": "x", "mean": "x"}}}, {"d": "h:string"})


@pytest.mark.parametrize(("persons", "fine"), [(2, True), (3, True), (1, False), (0, False)])
def test_four_eyes_are_two_persons_at_least(bench: Bench, persons: int, fine: bool) -> None:
    spec = {"dataset": "d", "persons": persons, "purpose": LABEL}
    made, found = bench.said("approve", spec, {"d": "h:string"})
    assert not made and (found == []) is fine


def test_what_the_ledger_is_told() -> None:
    given = {"id": "s", "actor": "kce", "label": LABEL, "cite": {"document": "own"}}
    said: dict[str, dict[str, Any]] = {
        "approve": {"dataset": "d", "purpose": LABEL},
        "log": {"datasets": ["d"], "what": LABEL},
        "publish": {"dataset": "d", "where": "a web page"},
        "decode": {"input": "d", "domain": "X", "purpose": LABEL, "output": "o", "keep": ["INSZ"]},
        "feed_back": {"dataset": "d", "to": ["hospitals"], "own": "CODE_AGR"},
        "send": {"dataset": "d", "to": ["hospitals"]},
    }
    steps = {kind: KINDS[kind].model_validate({**given, "kind": kind, **spec}) for kind, spec in said.items()}
    assert {kind: step.remarks() for kind, step in steps.items()} == {
        "approve": "approved by 2 different persons of kce: for the report",
        "log": "for the report",
        "publish": "published: a web page",
        "decode": "for the report",
        "feed_back": "each receiver reads the rows of its own CODE_AGR",
        "send": None,
    }


@pytest.mark.parametrize(
    ("columns", "protected", "fine"),
    [
        ((Column("n", "integer", "payload", False, frozenset(), aggregate=True),), False, True),
        ((Column("n", "integer", "payload", False, frozenset()),), False, False),
        ((Column("n", "integer", "payload", False, frozenset()),), True, True),
        ((Column("n", "integer", "payload", False, frozenset(), aggregate=True), PERSON), False, False),
        ((), False, False),
    ],
)
def test_only_aggregates_and_protected_data_are_published(
    bench: Bench, columns: tuple[Column, ...], protected: bool, fine: bool
) -> None:
    _, found = bench.said("publish", {"dataset": "d", "where": "x"}, {"d": columns}, protected=protected)
    assert (found == []) is fine, found
    assert fine or "may not be published" in found[0][1]


def test_everybody_gets_what_is_published() -> None:
    given = {"id": "s", "kind": "publish", "actor": "kce", "label": LABEL, "cite": {"document": "own"}}
    assert KINDS["publish"].model_validate({**given, "dataset": "d", "where": "x"}).delivers() == ("d", ("public",))


def test_own_rows_need_a_column_that_says_whose_they_are(bench: Bench) -> None:
    spec = {"dataset": "d", "to": ["hospitals"], "own": "h"}
    assert not bench.said("feed_back", spec, {"d.a": "h:string", "d.b": "h:string | x:string"})[1]
    (finding,) = bench.said("feed_back", spec, {"d.a": "h:string", "d.b": "x:string"})[1]
    assert finding[0] == ("own",) and "d.b has no column 'h'" in finding[1]
    assert not bench.said("feed_back", {**spec, "own": None}, {"d.b": "x:string"})[1]


def test_only_what_protects_says_so() -> None:
    label = {"id": "s", "actor": "kce", "label": LABEL, "cite": {"document": "own"}}
    datasets = {"d": Dataset("d", {}, False)}
    with_policy = {**AGGREGATE, "policy": "small-cells"}
    for spec, protects in ((AGGREGATE, False), (with_policy, True)):
        step = KINDS["aggregate"].model_validate({**label, "kind": "aggregate", **spec})
        assert step.protects(datasets) is protects
