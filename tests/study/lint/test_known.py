"""What the catalogue says of printed names, against facts anybody can look up in it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.study.lint.papers import hits, paper
from workbench.catalog.model import Catalog
from workbench.study.lint.dates import event_of
from workbench.study.lint.facts import read_facts
from workbench.study.lint.known import Known, bare
from workbench.study.lint.tale import Tale, analysed, columns
from workbench.study.lint.words import listed, years
from workbench.study.lint.years import span, year


@pytest.fixture(scope="module")
def known(catalog: Catalog, root: Path) -> Known:
    """Look-ups in the real catalogue."""
    return Known(catalog, read_facts(root))


def test_a_name_with_its_table_is_the_field_of_that_table(known: Known) -> None:
    assert known.refs("STAYHOSP.STAYNUM") == ("mzg.STAYHOSP.STAYNUM",)
    assert known.refs("mzg.STAYSPEC.STAYNUM", "IMA") == ("mzg.STAYSPEC.STAYNUM",)


def test_a_name_without_table_is_that_of_its_source_or_of_all(known: Known) -> None:
    assert {ref.partition(".")[0] for ref in known.refs("SS00020", "IMA")} == {"ima"}
    assert len(known.refs("STAYNUM")) > 5
    assert known.refs("STAYNUM", "a register we lack") == known.refs("STAYNUM")
    assert known.refs("NOBODY_HAS_IT") == ()


def test_a_misprint_leads_to_the_field(known: Known) -> None:
    assert known.official("STAYHOSP.A2_DESTINATE") == "A2_CODE_DESTINATE"
    assert known.official("A2_CODE_SEX") == "A2_CODE_SEX"
    assert bare("[STAYHOSP].[STAYNUM]") == "STAYNUM"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("A2_CODE_SECS", "A2_CODE_SEX"),
        ("a2_code_sex", "A2_CODE_SEX"),
        ("A1_YEARBIRTH", "A1_YEAR_BIRTH"),
        ("XQ_9_ZW_KKLP", None),
    ],
)
def test_the_nearest_name_is_suggested_when_one_is_near(wrong: str, right: str | None, known: Known) -> None:
    assert known.suggestion(wrong, known.names) == right


def test_identifiers_are_told_apart(known: Known) -> None:
    assert (known.domain("INSZ"), known.domain("fld_nn"), known.domain("PATNUM")) == ("INSZ", "INSZ", "PATNUM")
    assert known.domain("A2_CODE_SEX") is None
    assert known.is_identity("INSZ") and not known.is_identity("PATNUM") and not known.is_identity("unknown")
    assert known.identifies("STAYNUM", "stay") and not known.identifies("STAYNUM", "person")
    assert known.identifies("a pseudonym of the document", "person")
    assert known.is_called_identifier("Verblijfsnummer") and not known.is_called_identifier("geslacht")


def test_what_computes_a_variable_is_about_it(known: Known) -> None:
    assert {"previous_stay"} <= known.attributes("VorigVerblijf")
    assert known.attributes("VorigVerblijf") != known.attributes("VolgendVerblijf")
    assert "sex" in known.attributes("A2_CODE_SEX")


@pytest.mark.parametrize(
    ("attribute", "event"),
    [
        ("birth_month_of_year", "birth"),
        ("admission_day_of_month", "admission"),
        ("care_since_admission", "care"),
        ("discharge_week_weekend", "discharge"),
        ("incidence_year", "incidence"),
        ("sex", "sex"),
    ],
)
def test_the_event_of_an_attribute(attribute: str, event: str) -> None:
    assert event_of(attribute) == event


@given(st.sets(st.integers(1990, 2030), min_size=1))
def test_years_are_written_as_ranges_that_hold_them_all(given_years: set[int]) -> None:
    parts = years(given_years).replace(" and ", ", ").split(", ")
    ends = [tuple(map(int, part.split("-"))) for part in parts]
    assert {at for part in ends for at in range(part[0], part[-1] + 1)} == given_years
    assert all(first[-1] + 1 < second[0] for first, second in pairwise(ends))


def test_lists_read_as_sentences() -> None:
    assert [listed("A"), listed("AB"), listed("ABC"), listed("")] == ["A", "A and B", "A, B and C", ""]


def test_years_of_dates() -> None:
    assert (year("2022-09-30"), year(2017), year("Ongoing"), year(None)) == (2022, 2017, None, None)
    assert span(2017, "2019-12-31") == (2017, 2019)
    assert span(2017, None) is None


def test_who_has_what_follows_the_order_of_the_steps() -> None:
    tale = Tale(
        paper(
            steps=[
                {"line": 1, "told_in": "prose", "actor": "H", "does": "select", "makes": "a"},
                {"line": 2, "told_in": "prose", "actor": "H", "does": "send", "reads": ["a"], "to": ["T", "Z"]},
                {"line": 3, "told_in": "prose", "actor": "T", "does": "derive", "reads": ["a"], "makes": "b"},
                {"line": 4, "told_in": "figure", "actor": "T", "does": "derive", "reads": ["b"], "makes": "c"},
            ]
        )
    )
    assert [sorted(moment.has) for moment in tale.moments()] == [[], ["a"], ["a"]]
    assert tale.received() == {"?Z": ("a",), "ehealth": ("a", "b", "c"), "hospitals": ("a",)}
    assert tale.sources_of("c") == {"a", "b", "c"}


def test_a_dataset_without_columns_has_those_of_its_parts() -> None:
    printed = paper(
        datasets=[
            {"name": "final", "id": "final", "line": 1},
            {"name": "x", "id": "final.x", "line": 2, "columns": [{"name": "p", "line": 2}]},
            {"name": "y", "id": "finally", "line": 3, "columns": [{"name": "q", "line": 3}]},
        ]
    )
    assert [column.name for column in columns(printed, "final")] == ["p"]
    assert [column.name for column in columns(printed, "y")] == ["q"]


def test_what_researchers_get_is_followed_back_but_not_through_results(known: Known) -> None:
    steps = [
        {"line": 2, "told_in": "prose", "actor": "M", "does": "derive", "reads": ["set"], "makes": "final"},
        {"line": 3, "told_in": "prose", "actor": "M", "does": "send", "reads": ["final"], "to": ["R"]},
    ]
    datasets = [{"name": "set", "line": 1, "columns": [{"name": "p", "line": 1}]}]
    for kind, names in (("derive", ["set"]), ("aggregate", [])):
        printed = paper(steps=[{**steps[0], "does": kind}, steps[1]], datasets=datasets)
        assert [entry.name for entry in analysed(printed, Tale(printed), known)] == names


@pytest.mark.parametrize(("values", "lines"), [(["1", "3"], [4]), (["998", "1000"], []), (["2017", "2019"], [])])
def test_only_short_numbers_are_values(values: list[str], lines: list[int], catalog: Catalog, root: Path) -> None:
    column = {"name": "v", "line": 4, "coding": {"system": "own", "codes": values}}
    printed = paper(datasets=[{"name": "d", "line": 1, "columns": [column]}])
    assert [hit.line for hit in hits("value-missing", printed, catalog, root)] == lines


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [(2012, 2014, []), (2012, 2015, ["2015"]), (2011, 2016, ["2011 and 2015"]), (2016, 2018, [])],
)
def test_a_register_lacks_years_at_both_ends_and_between(
    first: int, last: int, told: list[str], catalog: Catalog, root: Path
) -> None:
    fields = ["DIAGNOSE.CODE_DIAGNOSE"]
    printed = paper(
        datasets=[
            {"name": "DIAGNOSE", "line": 2, "source": "MZG", "columns": [{"name": "c", "line": 3, "fields": fields}]}
        ],
        statements=[{"line": 1, "says": "period", "from": first, "to": last}],
    )
    found = [hit.what for hit in hits("register-not-available", printed, catalog, root)]
    assert found == [f"no data of {years_}, years of the study, in DIAGNOSE of MZG" for years_ in told]


@pytest.mark.parametrize(("source", "lines"), [("MZG", [3]), ("IMA", [2]), ("files of its own", []), (None, [])])
def test_a_table_is_looked_for_in_the_registers_of_the_document(
    source: str | None, lines: list[int], catalog: Catalog, root: Path
) -> None:
    """Where a document names no register, any register's table may be meant."""
    uses = [{"line": 2, "kind": "table", "name": "STAYHOSP"}, {"line": 3, "kind": "table", "name": "FARMA"}]
    printed = paper(datasets=[{"name": "d", "line": 1, "source": source}], uses=uses)
    assert [hit.line for hit in hits("unknown-table", printed, catalog, root)] == lines


@pytest.mark.parametrize(("number", "lines"), [(None, []), ("2", [3])])
def test_an_analysis_without_a_place_in_the_order_comes_first(
    number: str | None, lines: list[int], catalog: Catalog, root: Path
) -> None:
    steps = [
        {"number": "1", "line": 3, "told_in": "prose", "actor": "M", "does": "send", "reads": ["a"], "to": ["R"]},
        {"number": number, "line": 4, "told_in": "prose", "actor": "K", "does": "assess_small_cells"},
    ]
    assert [hit.line for hit in hits("scra-after-access", paper(steps=steps), catalog, root)] == lines


def test_a_prose_that_leaves_the_flow_to_a_figure_need_not_tell_it(catalog: Catalog, root: Path) -> None:
    steps = [{"line": 1, "told_in": "prose", "actor": "H", "does": "select", "makes": "a"}]
    steps += [{"line": at, "told_in": "figure", "actor": "H", "does": "select", "makes": f"m{at}"} for at in (2, 3)]
    assert hits("told-once", paper(steps=steps), catalog, root) == []
    steps += [{"line": 9, "told_in": "figure", "actor": "H", "does": "select", "makes": "a"}]
    assert hits("told-once", paper(steps=steps), catalog, root) == []
    assert [hit.line for hit in hits("told-once", paper(steps=[*steps[:2], steps[3]]), catalog, root)] == [2]
