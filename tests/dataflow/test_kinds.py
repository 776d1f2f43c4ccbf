"""Each kind of step on small text tables: the rows that go in and the rows that must come out."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tests.dataflow.tables import desk, execute, rows_of, same
from workbench.catalog import Catalog
from workbench.dataflow import Flow
from workbench.dataflow.kinds import KINDS
from workbench.dataflow.kinds.link import Link
from workbench.study import Study

LEFT = "l.rows"
RIGHT = "r.rows"


class Bench:
    def __init__(self, study: Study, catalog: Catalog) -> None:
        self.study = study
        self.catalog = catalog

    def run(self, kind: str, spec: dict[str, Any], tables: dict[str, str], **more: Any) -> dict[str, pa.Table]:
        return execute(KINDS[kind], {"kind": kind, **spec}, self.study, self.catalog, tables, **more)

    def one(self, kind: str, spec: dict[str, Any], tables: dict[str, str], **more: Any) -> pa.Table:
        (made,) = self.run(kind, spec, tables, **more).values()
        return made


@pytest.fixture(scope="module")
def bench(flow: Flow, catalog: Catalog) -> Bench:
    return Bench(flow.study.study, catalog)


PATIENTS = {
    LEFT: """
    id:string | x:integer
    a         | 1
    b         | 2
    b         | 2
    """,
    RIGHT: """
    x:integer | id:string | more:string
    2         | b         | m
    3         | c         | m
    """,
}


def test_consolidate_puts_rows_of_all_inputs_under_new_names(bench: Bench) -> None:
    spec = {"inputs": ["l", "r"], "output": "o", "columns": {"person": "id", "n": "x"}}
    same(
        bench.one("consolidate", spec, PATIENTS),
        """
        person:string | n:integer
        a             | 1
        b             | 2
        b             | 2
        b             | 2
        c             | 3
        """,
    )


def test_consolidate_distinct_keeps_each_row_once(bench: Bench) -> None:
    spec = {"inputs": ["l", "r"], "output": "o", "columns": {"id": "id"}, "distinct": True}
    same(bench.one("consolidate", spec, PATIENTS), "id:string\na\nb\nc")


STAYS = """
p:integer | in:date    | out:date   | stay:string
1         | 2018-05-10 | 2018-05-12 | s1
2         | 2018-05-10 | 2018-05-12 | s2
3         | 2018-05-10 | 2018-05-12 | s3
"""
LINES = """
q:integer | day:date   | code:string
1         | 2018-05-09 | before
1         | 2018-05-10 | first
1         | 2018-05-12 | last
1         | 2018-05-14 | after2
1         | 2018-05-15 | after3
2         | 2018-05-11 | two
4         | 2018-05-11 | nobody
          | 2018-05-11 | null
"""
LINK = {
    "left": "l",
    "right": "r",
    "on": {"p": "q"},
    "between": {"right.day": ["left.in", "left.out"]},
    "output": "o",
    "columns": {"stay": "left.stay", "code": "right.code"},
}


def linked(bench: Bench, **more: Any) -> list[tuple[str | None, str | None]]:
    return rows_of(bench.one("link", {**LINK, **more}, {LEFT: STAYS, RIGHT: LINES}))


def test_link_takes_both_days_of_an_interval(bench: Bench) -> None:
    assert linked(bench) == [("s1", "first"), ("s1", "last"), ("s2", "two")]


def test_link_goes_on_for_some_days_after_the_end(bench: Bench) -> None:
    assert linked(bench, days_after=2) == [("s1", "after2"), ("s1", "first"), ("s1", "last"), ("s2", "two")]


def test_link_keeps_unmatched_rows_of_the_left_table_only(bench: Bench) -> None:
    assert linked(bench, keep_unmatched=True) == [
        ("s1", "first"), ("s1", "last"), ("s2", "two"), ("s3", None),
    ]  # fmt: skip


def test_link_on_several_columns_and_an_empty_one(bench: Bench) -> None:
    spec = {
        "left": "l",
        "right": "r",
        "on": {"p": "q", "in": "day"},
        "output": "o",
        "columns": {"code": "right.code", "days": "empty.ima.HEALTH.SS00055", "person": "left.p"},
    }
    same(
        bench.one("link", spec, {LEFT: STAYS, RIGHT: LINES}),
        """
        code:string | days:integer | person:integer
        first       |              | 1
        """,
    )


def test_link_distinct_keeps_each_row_once(bench: Bench) -> None:
    twice = STAYS + "1 | 2018-05-10 | 2018-05-12 | s9\n"
    spec = {**LINK, "columns": {"p": "left.p", "in": "left.in"}}
    del spec["between"]
    tables = {LEFT: twice, RIGHT: LINES}
    assert bench.one("link", spec, tables).num_rows == 11
    same(
        bench.one("link", {**spec, "distinct": True}, tables),
        """
        p:integer | in:date
        1         | 2018-05-10
        2         | 2018-05-10
        """,
    )


def test_link_takes_lines_of_one_list_or_the_other(bench: Bench) -> None:
    """477724 is an asked service; 9365750 a package of an anticoagulant, 9406273 one of an antacid."""
    lines = """
    q:integer | code:string | product:string
    1         | 477724      |
    1         | 000000      | J01CA04
    1         | 000000      | A02BC02
    1         | 101032      |
    """
    spec = {
        "left": "l",
        "right": "r",
        "on": {"p": "q"},
        "only_any": {"right.code": ["nomenclature_stroke"], "right.product": ["atc_requested"]},
        "output": "o",
        "columns": {"code": "right.code", "product": "right.product"},
    }
    assert rows_of(bench.one("link", spec, {LEFT: STAYS, RIGHT: lines})) == [
        ("000000", "J01CA04"), ("477724", None),
    ]  # fmt: skip


def test_link_with_a_source_table_asks_for_its_codes_by_the_codes_system(bench: Bench) -> None:
    """FARMA names packages; the list names medicine groups; the catalogue's packages say which is which."""
    farma = """
    SS00010:bigint | SS00015:date | SS00135:string
    1              | 2018-05-11   | 9365750
    1              | 2018-05-11   | 9406273
    1              | 2018-05-11   |
    """
    stays = """
    C2:bigint | in:date
    1         | 2018-05-11
    """
    spec = {
        "left": "l",
        "right": "ima.FARMA",
        "on": {"C2": "SS00010"},
        "only_any": {"right.SS00135": ["atc_requested"]},
        "output": "o",
        "columns": {"product": "right.SS00135"},
    }
    label = {"nl": "x", "fr": "x", "en": "x"}
    given = {"id": "s", "kind": "link", "actor": "ima", "label": label, "cite": {"document": "own"}}
    link = Link.model_validate({**given, **spec})
    with desk(bench.study, bench.catalog, tables={LEFT: stays, "ima.FARMA": farma}) as context:
        made = context.rows(link.express(context)["o.rows"])
    assert rows_of(made) == [("9365750",)]


PARTS = {
    "d.stay": """
    PatID:string | stay:string
    a            | 1
    b            | 2
    c            | 3
    """,
    "d.code": """
    code:string | PatID:string
    x           | a
    y           | c
    """,
}
REKEY = {"input": "d", "concordance": "k", "from": "PatID", "to_identifier": "RN", "output": "o"}


def test_rekey_replaces_the_identifier_in_every_part_and_drops_who_has_none(bench: Bench) -> None:
    pairs = """
    RN:integer | PatID:string
    11         | a
    12         | b
    11         | a
    99         | z
    """
    made = bench.run("rekey", REKEY, {**PARTS, "k.rows": pairs})
    same(made["o.stay"], "RN:integer | stay:string\n11 | 1\n12 | 2")
    same(made["o.code"], "code:string | RN:integer\nx | 11")


def test_pseudonymise_gives_each_identifier_once(bench: Bench) -> None:
    insz = "INSZ:string\n01\n02\n02"
    spec = {"actor": "ehealth", "input": "l", "domain": "RN", "output": "o", "keep": ["INSZ", "RN"]}
    made = bench.one("pseudonymise", spec, {LEFT: insz}, pseudonyms={"RN": {"01": -7, "02": 8}})
    same(made, "INSZ:string | RN:integer\n01 | -7\n02 | 8")


def test_pseudonymise_keeps_a_column_beside_the_new_pseudonym_and_drops_the_old(bench: Bench) -> None:
    pairs = "INSZ:string | RN:integer\n01 | 5\n02 | 6"
    spec = {"actor": "nic", "input": "l", "domain": "C1", "output": "o", "keep": ["C1", "RN"]}
    made = bench.one("pseudonymise", spec, {LEFT: pairs}, pseudonyms={"C1": {"01": 70, "02": 80}})
    same(made, "C1:integer | RN:integer\n70 | 5\n80 | 6")


def test_derive_adds_recodes_and_drops_and_leaves_other_parts_alone(bench: Bench) -> None:
    tables = {
        "d.billing": """
        key:string | SS00015:date | code:string
        s2         | 2018-05-13   | late
        s1         | 2018-05-09   | early
        s9         | 2018-05-09   | nowhere
        """,
        "d.other": "z:string\nuntouched",
        "d.stay": """
        key:string | y:integer | m:integer | d:integer | out:date
        s1         | 2018      | 5         | 10        | 2018-05-12
        s2         | 2018      | 5         | 10        | 2018-05-20
        """,
    }
    spec = {
        "input": "d",
        "output": "o",
        "key": ["key"],
        "parts": {
            # The part that others look into is named first, though it comes last by name.
            "stay": {
                "add": {
                    "Opnamedag": {"date": ["y", "m", "d"]},
                    "LOS": {"days_between": ["Opnamedag", "out"]},
                },
                "drop": ["y", "m", "d", "out", "Opnamedag"],
            },
            "billing": {
                "add": {"SS00015": {"days_between": ["stay.Opnamedag", "SS00015"]}},
            },
        },
    }
    made = bench.run("derive", spec, tables)
    same(made["o.stay"], "key:string | LOS:integer\ns1 | 2\ns2 | 10")
    same(
        made["o.billing"],
        """
        key:string | SS00015:integer | code:string
        s2         | 3               | late
        s1         | -1              | early
        s9         |                 | nowhere
        """,
    )
    same(made["o.other"], tables["d.other"])


def test_derive_does_not_multiply_rows_when_a_stay_stands_there_twice(bench: Bench) -> None:
    """A long stay is registered once per period, each time with the same dates."""
    tables = {
        "d.spec": "key:string | y:integer | m:integer | d:integer\ns1 | 2018 | 5 | 11",
        "d.stay": "key:string | Opnamedag:date\ns1 | 2018-05-10\ns1 | 2018-05-10",
    }
    since = {"date": ["y", "m", "d"], "admission": "stay.Opnamedag"}
    spec = {
        "input": "d",
        "output": "o",
        "key": ["key"],
        "parts": {
            "stay": {},
            "spec": {
                "add": {"OpnameSpecialisme": {"days_since_admission": since}},
                "drop": ["y", "m", "d"],
            },
        },
    }  # fmt: skip
    same(bench.run("derive", spec, tables)["o.spec"], "key:string | OpnameSpecialisme:integer\ns1 | 1")


def test_assess_counts_records_in_classes_with_few_persons(bench: Bench) -> None:
    """Class A: 6 records of 5 persons, fine. Class B: 6 records of 2 persons. Class C: 1 record."""
    people = [("A", number % 5) for number in range(6)] + [("B", number % 2) for number in range(6)] + [("C", 1)]
    table = "h:string | p:integer\n" + "\n".join(f"{place} | {person}" for place, person in people)
    spec = {"input": "l", "output": "o", "person": "p", "quasi_identifiers": ["h"], "policy": "small-cells"}
    made = bench.one("assess_small_cells", spec, {LEFT: table})
    assert made.to_pylist() == [
        {
            "records": 13,
            "classes": 3,
            "smallest_class": 1,
            "records_below_threshold": 7,
            "threshold": 5,
        }
    ]


def test_assess_nothing(bench: Bench) -> None:
    spec = {"input": "l", "output": "o", "person": "p", "quasi_identifiers": ["h"], "policy": "small-cells"}
    made = bench.one("assess_small_cells", spec, {LEFT: "h:string | p:integer"})
    assert rows_of(made) == [(0, 0, None, 0, 5)]
