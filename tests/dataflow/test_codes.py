"""Code lists as conditions, against a slow and obvious rule: every prefix that is meant, written out."""

from __future__ import annotations

from itertools import product
from typing import Any

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalog import Catalog, CodeList
from workbench.dataflow.codes import coded_condition, having, matches, prefixes, undotted, within

LABEL = {"nl": "a", "fr": "b", "en": "c"}
LETTERS = "019AB"


def code_list(kind: str, *entries: dict[str, Any], id_: str = "x", system: str = "icd10be") -> CodeList:
    return CodeList.model_validate(
        {
            "id": id_,
            "label": LABEL,
            "system": system,
            "kind": kind,
            "cite": {"document": "own"},
            "entries": [{"label": LABEL, **entry} for entry in entries],
        }
    )


def selected(codes: list[str | None], condition: Any) -> list[str | None]:
    """The codes that a condition keeps, computed by the engine."""
    rows = ibis.memtable({"code": codes}, schema={"code": "string"})
    kept = rows.filter(condition(rows["code"]))
    return sorted(kept["code"].to_pyarrow().to_pylist())


def written_out(entry: dict[str, str]) -> list[str]:
    """Every prefix an entry means, by counting through all words of that length."""
    first = undotted(entry.get("code") or entry["from"])
    last = undotted(entry.get("code") or entry["to"])
    words = ("".join(word) for word in product(LETTERS, repeat=len(first)))
    return [word for word in words if first <= word <= last]


patterns = st.text(LETTERS, min_size=1, max_size=3)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, str]:
    first = draw(patterns)
    if draw(st.booleans()):
        dotted = f"{first[:1]}.{first[1:]}" if len(first) > 1 and draw(st.booleans()) else first
        return {"code": dotted + draw(st.sampled_from(["", "-"]))}
    last = draw(st.text(LETTERS, min_size=len(first), max_size=len(first)))
    return {"from": min(first, last), "to": max(first, last)}


@given(
    st.lists(entries(), max_size=5),
    st.lists(st.none() | st.text(LETTERS, max_size=5), max_size=20),
)
def test_a_selection_keeps_the_codes_below_its_prefixes(
    given_entries: list[dict[str, str]], codes: list[str | None]
) -> None:
    listed = code_list("selection", *given_entries)
    meant = {prefix for entry in given_entries for prefix in written_out(entry)}
    wanted = sorted(code for code in codes if code is not None and any(code.startswith(p) for p in meant))
    assert selected(codes, lambda column: matches(column, listed)) == wanted
    assert sorted(code for code in codes if code is not None and within(code, prefixes(listed))) == wanted


@pytest.mark.parametrize(
    ("pattern", "codes", "kept"),
    [
        ({"code": "I63.-"}, ["I63", "I639", "I63011", "I6", "I64", "XI63"], ["I63", "I63011", "I639"]),
        ({"code": "I67.89"}, ["I6789", "I67891", "I678", "I6781"], ["I6789", "I67891"]),
        ({"code": "T83.51-"}, ["T8351", "T83511A", "T8352"], ["T8351", "T83511A"]),
        ({"code": "G94"}, ["G94", "G940", "G9", "G95"], ["G94", "G940"]),
        ({"from": "J13.-", "to": "J17.-"}, ["J12", "J13", "J159", "J179", "J18"], ["J13", "J159", "J179"]),
        ({"from": "J09.-", "to": "J10.-"}, ["J1", "J", "J10", "J09X"], ["J09X", "J10"]),
        ({"from": "K70.0", "to": "K70.3"}, ["K70", "K700", "K7031", "K704", "K709"], ["K700", "K7031"]),
        ({"code": "J01"}, ["J01CA04", "J01XX01", "J02AC01", "J0"], ["J01CA04", "J01XX01"]),
        ({"code": "B01AX"}, ["B01AX05", "B01AC06", "B01A"], ["B01AX05"]),
    ],
)  # fmt: skip
def test_printed_patterns(pattern: dict[str, str], codes: list[str | None], kept: list[str]) -> None:
    assert selected(codes, lambda column: matches(column, code_list("selection", pattern))) == kept


def test_a_list_of_values_is_exact() -> None:
    values = code_list("values", {"code": "1"}, {"code": "12"})
    assert selected(["1", "12", "123", "2", None], lambda column: matches(column, values)) == ["1", "12"]


@pytest.mark.parametrize("kind", ["values", "selection"])
def test_an_empty_list_keeps_nothing(kind: str) -> None:
    assert selected(["1", "", None], lambda column: matches(column, code_list(kind))) == []


def test_entries_by_attribute() -> None:
    hospitals = code_list(
        "values",
        {"code": "1", "attributes": {"flemish": True, "size": 2}},
        {"code": "2", "attributes": {"flemish": False}},
        {"code": "3", "attributes": {"flemish": True, "size": 3}},
    )
    assert [entry.code for entry in having(hospitals, {"flemish": True}).entries] == ["1", "3"]
    assert [entry.code for entry in having(hospitals, {"flemish": True, "size": 3}).entries] == ["3"]
    assert having(hospitals, {}).entries == hospitals.entries


def catalog_of(*lists: CodeList) -> Catalog:
    return Catalog({}, {}, {one.id: one for one in lists}, {}, {})


PRODUCTS = code_list(
    "values",
    {"code": "100", "attributes": {"atc": "B01AF02"}},
    {"code": "200", "attributes": {"atc": "B01AC06"}},
    {"code": "300", "attributes": {"atc": "A02BC01"}},
    {"code": "400"},
    id_="cnk",
    system="cnk",
)
ANTICOAGULANTS = code_list("selection", {"code": "B01AF"}, {"code": "B01AE"}, id_="atc_a", system="atc")
CODES: list[str | None] = ["100", "200", "300", "400", "B01AF02", None]


def test_a_product_is_asked_for_by_its_medicine_group() -> None:
    catalog = catalog_of(PRODUCTS, ANTICOAGULANTS)
    kept = selected(CODES, lambda column: coded_condition(column, "cnk", "atc_a", catalog))
    assert kept == ["100"]


def test_a_field_without_code_list_is_compared_itself() -> None:
    catalog = catalog_of(PRODUCTS, ANTICOAGULANTS)
    assert selected(CODES, lambda column: coded_condition(column, None, "atc_a", catalog)) == ["B01AF02"]


def test_a_list_of_the_same_system_is_compared_itself() -> None:
    chosen = code_list("selection", {"code": "1"}, {"code": "2"}, id_="some", system="cnk")
    catalog = catalog_of(PRODUCTS, chosen)
    assert selected(CODES, lambda column: coded_condition(column, "cnk", chosen, catalog)) == ["100", "200"]
