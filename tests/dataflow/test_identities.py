"""split, decode and add_decoys: what ties records to persons, and what no longer does."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataflow.bench import Bench, derived
from tests.dataflow.tables import rows_of, same
from workbench.catalog import Catalog
from workbench.dataflow import Flow
from workbench.dataflow.schema import Column
from workbench.study.model import Domain

CITE = {"document": "own"}
DOMAINS = (
    {"id": "INSZ_X", "of": "INSZ", "issuer": "ehealth", "scope": "study", "reversible": True, "cite": CITE},
    {"id": "HOSNR_X", "of": "RN", "issuer": "ehealth", "scope": "study", "reversible": True, "cite": CITE},
    {"id": "Hnew", "of": "INSZ", "issuer": "ehealth", "scope": "study", "cite": CITE},
    {
        "id": "CODE_ENC", "of": "RN", "issuer": "ehealth", "scope": "study", "reversible": True,
        "key_holder": "nic", "cite": CITE,
    },
    {"id": "Odd", "of": "nothing", "issuer": "ehealth", "scope": "study", "reversible": True, "cite": CITE},
)  # fmt: skip
SPLIT = {"input": "d", "identifiers": ["who", "stay"], "reference": "REF_NR", "output": "a", "rest": "b"}
PURPOSE = {"nl": "x", "fr": "x", "en": "ask the hospital once"}


@pytest.fixture(scope="module")
def bench(flow: Flow, catalog: Catalog) -> Bench:
    domains = tuple(Domain.model_validate(one) for one in DOMAINS)
    study = flow.study.study.model_copy(update={"domains": (*flow.study.study.domains, *domains)})
    return Bench(study, catalog, (derived("Ref", "string"), derived("Odd", "bigint")))


def table(rows: list[tuple[str, str, int]]) -> str:
    return "who:string | stay:string | value:integer\n" + "\n".join(f"{a} | {b} | {c}" for a, b, c in rows)


WORD = st.text("abc", min_size=1, max_size=2)


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.tuples(WORD, WORD, st.integers(0, 3)), min_size=1, max_size=40))
def test_joined_by_their_reference_the_components_are_the_records(
    bench: Bench, rows: list[tuple[str, str, int]]
) -> None:
    made = bench.run("split", SPLIT, {"d": table(rows)})
    one, other = made["a.rows"], made["b.rows"]
    assert one.column_names == ["REF_NR", "who", "stay"] and other.column_names == ["REF_NR", "value"]
    numbers = sorted(one["REF_NR"].to_pylist())
    assert numbers == list(range(1, len(rows) + 1)) == sorted(other["REF_NR"].to_pylist())
    persons = {row["REF_NR"]: (row["who"], row["stay"]) for row in one.to_pylist()}
    again = [(*persons[row["REF_NR"]], row["value"]) for row in other.to_pylist()]
    assert Counter(again) == Counter(rows)


def test_references_of_two_splits_are_of_two_domains(bench: Bench) -> None:
    tables: dict[str, Any] = {"d": "who:string | stay:string | value:integer"}
    domains = set()
    for id_ in ("one", "two"):
        made, found = bench.said("split", {**SPLIT, "id": id_}, tables)
        assert not found
        (first, *named), (same_, *rest) = made["a.rows"], made["b.rows"]
        assert first == same_ and first.domain == f"ref:{id_}"
        assert [column.name for column in (*named, *rest)] == ["who", "stay", "value"]
        domains.add(first.domain)
    assert len(domains) == 2


@pytest.mark.parametrize(
    ("change", "words", "key"),
    [
        ({"identifiers": ["who", "q"]}, "column 'q' does not exist in d", "identifiers"),
        ({"identifiers": ["who", "stay", "value"]}, "nothing is left to travel apart", "identifiers"),
        ({"reference": "value"}, "d has 'value' already", "reference"),
        ({"reference": "Nowhere"}, "'Nowhere' has no entry in catalog/derived.yaml", "reference"),
        ({"reference": "Ref"}, "'Ref' becomes a bigint", "reference"),
        ({"rest": "a"}, "'a' is made twice", "rest"),
    ],
)
def test_every_way_of_splitting_wrong_is_found(bench: Bench, change: dict[str, Any], words: str, key: str) -> None:
    _, found = bench.said("split", {**SPLIT, **change}, {"d": "who:string | stay:string | value:integer"})
    matching = [one for one in found if words in one[1]]
    assert len(matching) == 1 and matching[0][0][0] == key, found


CODED = {"INSZ_X": {"01234567890": 70, "99012345678": 80}}
DECODE = {
    "actor": "ehealth", "input": "d", "domain": "INSZ_X", "purpose": PURPOSE, "output": "o", "keep": ["INSZ", "stay"],
}  # fmt: skip


def test_decoding_gives_the_identifier_with_its_zeros_and_rows_without_one_fall_out(bench: Bench) -> None:
    text = "INSZ_X:integer | stay:string\n70 | a\n80 | b\n80 | b\n80 | c\n | d"
    made = bench.one("decode", DECODE, {"d": text}, pseudonyms=CODED)
    same(made, "INSZ:string | stay:string\n01234567890 | a\n99012345678 | b\n99012345678 | c")


def test_an_identifier_that_is_itself_a_pseudonym_stays_a_number(bench: Bench) -> None:
    spec = {**DECODE, "domain": "HOSNR_X", "column": "coded", "keep": ["RN", "coded"]}
    made = bench.one("decode", spec, {"d": "coded:integer\n7"}, pseudonyms={"HOSNR_X": {-5: 7}})
    same(made, "RN:integer | coded:integer\n-5 | 7")


def test_what_is_decoded_belongs_to_the_first_domain_again(bench: Bench) -> None:
    coded = Column(
        "INSZ_X", "bigint", "pseudonym", False, frozenset({"hospital.PATIENT.INSZ", "domain:INSZ_X"}), domain="INSZ_X"
    )
    made, found = bench.said("decode", {**DECODE, "keep": ["INSZ"]}, {"d": (coded,)})
    assert not found
    (column,) = made["o.rows"]
    assert (column.name, column.type, column.role, column.domain) == ("INSZ", "string", "direct_identifier", "INSZ")
    assert column.origin == {"hospital.PATIENT.INSZ"}


@pytest.mark.parametrize(
    ("change", "columns", "words"),
    [
        ({"domain": "Hnew"}, "Hnew:integer | stay:string", "'Hnew' cannot be decoded"),
        ({"domain": "Nowhere"}, "stay:string", "pseudonym domain 'Nowhere' is not declared"),
        ({"actor": "ksz"}, "INSZ_X:integer | stay:string", "ksz has no key of 'INSZ_X'"),
        ({}, "stay:string", "column 'INSZ_X' does not exist in d"),
        ({"column": "c"}, "INSZ_X:integer | stay:string", "column 'c' does not exist in d"),
        ({}, "INSZ_X:date | stay:string", "'INSZ_X' cannot be decoded"),
        ({"keep": ["INSZ", "q"]}, "INSZ_X:integer | stay:string", "column 'q' does not exist in d"),
        ({"domain": "Odd", "keep": ["stay"]}, "Odd:integer | stay:string", "what 'nothing' is, is not known"),
    ],
)
def test_every_way_of_decoding_wrong_is_found_once(
    bench: Bench, change: dict[str, Any], columns: str, words: str
) -> None:
    _, found = bench.said("decode", {**DECODE, **change}, {"d": columns})
    assert len(found) == 1 and words in found[0][1], found


def test_a_key_holder_may_decode_and_the_issuer_still_may(bench: Bench) -> None:
    for actor in ("nic", "ehealth"):
        spec = {**DECODE, "actor": actor, "domain": "CODE_ENC", "keep": ["RN"]}
        assert not bench.said("decode", spec, {"d": "CODE_ENC:integer"})[1]


DECOYS = {"input": "d", "from": "hospital.PATIENT", "column": "INSZ", "output": "o"}


def patients(*numbers: str) -> str:
    rows = "\n".join(f"901 | p{place} | {number}" for place, number in enumerate(numbers))
    return f"CODE_AGR:string | PATNUM:string | INSZ:string\n{rows}"


def decoyed(bench: Bench, listed: str, table: str, **more: Any) -> pa.Table:
    return bench.one("add_decoys", {**DECOYS, **more}, {"d": listed, "hospital.PATIENT": table})


@pytest.mark.parametrize("per_person", [1, 3])
def test_as_many_others_as_asked_and_nobody_of_the_list_twice(bench: Bench, per_person: int) -> None:
    others = [f"{number:011d}" for number in range(20)]
    made = decoyed(bench, "INSZ:string\na\nb\nb", patients(*others, *others, "a", "b", ""), per_person=per_person)
    found = Counter(made["INSZ"].to_pylist())
    assert found.pop("a") == 1 and found.pop("b") == 2
    assert len(found) == 2 * per_person and set(found) <= set(others) and set(found.values()) == {1}


def test_decoys_bring_the_columns_of_the_list_with_them(bench: Bench) -> None:
    made = decoyed(bench, "PATNUM:string | INSZ:string\nq | a", patients("a", "b"))
    assert rows_of(made) == [("p1", "b"), ("q", "a")]


def test_who_are_too_few_are_all_added(bench: Bench) -> None:
    """A patient without a number is no decoy."""
    assert rows_of(decoyed(bench, "INSZ:string\na\nc", patients("a", "b", ""))) == [("a",), ("b",), ("c",)]


@pytest.mark.parametrize(
    ("change", "columns", "words"),
    [
        ({}, "INSZ:string | more:string", "'more' is no field of hospital.PATIENT"),
        ({"column": "q"}, "INSZ:string", "column 'q' does not exist in d"),
        ({"from": "d"}, "INSZ:string", "'d' is no source table"),
        ({}, "INSZ:integer", "'INSZ' has two types"),
    ],
)
def test_every_way_of_adding_decoys_wrong_is_found_once(
    bench: Bench, change: dict[str, Any], columns: str, words: str
) -> None:
    _, found = bench.said("add_decoys", {**DECOYS, **change}, {"d": columns})
    assert len(found) == 1 and words in found[0][1], found
