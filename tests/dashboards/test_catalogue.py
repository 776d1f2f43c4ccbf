"""What stands behind the catalogue page, against counts made another way."""

from __future__ import annotations

import csv
import io
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.catalogue.cart import MOST, Carts, is_visitor, new_visitor, owner
from dashboards.catalogue.exports import study_fragment, variables_csv
from dashboards.catalogue.narrow import narrow, values
from dashboards.catalogue.variables import Span, Variable, span
from dashboards.catalogue.wanted import FACETS, UNKNOWN, Wanted
from dashboards.library import Library
from dashboards.texts import texts
from workbench.access import Grant, Profile, Viewer, load_directory
from workbench.catalog.model import Available
from workbench.study.load import read_study

# Written down from the files of catalog/, not computed: what a reader would count there.
SEX_FIELDS = {"mzg.STAYHOSP.A2_CODE_SEX", "ima.POPULATION.PP0020", "bcr.TUMOUR.fld_sx", "tc.ADH_PREST.PATIENT_SEX"}


@pytest.fixture(scope="session")
def library(repo_root: Path) -> Library:
    library = Library(repo_root / "catalog", load_directory(repo_root / "catalog"))
    library.read()
    return library


def found(library: Library, wanted: Wanted, lang: str = "nl") -> list[str]:
    made = narrow(library.variables, wanted, library.search, span(library.catalog), lang)
    return [one.ref for one in made.variables]


def test_every_field_and_derived_variable_is_there_once(library: Library) -> None:
    catalog = library.catalog
    fields = sum(len(table.fields) for table in catalog.tables.values())
    assert len(library.variables) == fields + len(catalog.derived) > 700


FACET_CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "source": st.lists(st.sampled_from(["mzg", "ima", "bcr", "derived"]), min_size=1, max_size=3, unique=True),
        "role": st.lists(
            st.sampled_from(["payload", "linkage", "quasi_identifier"]), min_size=1, max_size=2, unique=True
        ),
        "sensitive": st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=2, unique=True),
        "year": st.lists(st.sampled_from(["2005", "2015", "2019", UNKNOWN]), min_size=1, max_size=2, unique=True),
    },
)


@settings(max_examples=40, deadline=None)
@given(chosen=FACET_CHOICES, q=st.sampled_from(["", "datum", "geslacht"]))
def test_a_count_is_what_a_click_would_give(library: Library, chosen: dict[str, list[str]], q: str) -> None:
    """The number beside a value is the length of the list when that value is the only one chosen of its facet
    (of the years: one more)."""
    wanted = Wanted(q, {facet: tuple(names) for facet, names in chosen.items()})
    made = narrow(library.variables, wanted, library.search, span(library.catalog), "nl")
    for facet in FACETS:
        for value in list(made.counts[facet])[:3]:
            before = wanted.chosen.get(facet, ()) if facet == "year" else ()
            only = Wanted(q, {**wanted.chosen, facet: tuple(dict.fromkeys((*before, value)))})
            assert len(found(library, only)) == made.counts[facet][value], (facet, value)


def test_values_of_a_facet_add_up_and_facets_narrow(library: Library) -> None:
    both = found(library, Wanted(chosen={"source": ("mzg", "ima")}))
    assert {ref.split(".")[0] for ref in both} == {"mzg", "ima"}
    sensitive = found(library, Wanted(chosen={"source": ("mzg",), "sensitive": ("yes",)}))
    assert 0 < len(sensitive) < len(both)
    assert all(library.variables[ref].sensitive for ref in sensitive)
    assert found(library, Wanted(chosen={"source": ("nowhere",)})) == []


def test_years_are_all_meant() -> None:
    years = Span(2002, 2022)
    assert years.years(None) == ()
    assert years.years(Available(**{"from": 2018})) == (2018, 2019, 2020, 2021, 2022)
    assert years.years(Available(**{"from": 2014, "to": 2017, "gaps": (2015,)})) == (2014, 2016, 2017)


def test_who_ticks_three_years_gets_what_is_delivered_in_all_three(library: Library) -> None:
    refs = found(library, Wanted(chosen={"year": ("2014", "2015", "2016")}))
    at = span(library.catalog)
    assert refs
    for ref in refs:
        assert {"2014", "2015", "2016"} <= set(values(library.variables[ref], "year", at))
    unknown = found(library, Wanted(chosen={"year": (UNKNOWN,)}))
    assert all(library.variables[ref].available is None for ref in unknown)


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_words_are_searched_as_on_the_command_line(library: Library, lang: str) -> None:
    word = {"nl": "geslacht", "fr": "sexe", "en": "gender"}[lang]
    hits = library.search(word, lang, limit=100)
    expected = [ref for hit in hits if hit.kind in ("field", "derived") for ref in (hit.ref, *hit.also)]
    assert found(library, Wanted(q=word), lang) == expected
    assert set(expected) >= SEX_FIELDS


def test_a_field_of_many_tables_is_one_line_of_a_question_and_counted_whole(library: Library) -> None:
    made = narrow(library.variables, Wanted(q="STAYNUM"), library.search, span(library.catalog), "en")
    first = made.rows[0]
    assert first.variable.name == "STAYNUM" and len(first.twins) > 10
    assert sum(1 + len(row.twins) for row in made.rows) == len(made.variables)
    inside = narrow(
        library.variables, Wanted("STAYNUM", {"table": ("mzg.DIAGNOSE",)}), library.search, span(library.catalog), "en"
    )
    assert inside.rows[0].variable.ref == "mzg.DIAGNOSE.STAYNUM" and inside.rows[0].twins == ()


ADDRESSES = st.builds(
    Wanted,
    q=st.text("abcAB_ é<>\"'&", max_size=12).map(lambda text: " ".join(text.split())),
    chosen=st.dictionaries(
        st.sampled_from(FACETS),
        st.lists(st.text("abc._2<", min_size=1), min_size=1, unique=True).map(tuple),
        max_size=3,
    ),
    page=st.integers(1, 99),
    open=st.text("abc.<", max_size=8),
)


@given(ADDRESSES)
def test_the_address_gives_the_view_again(wanted: Wanted) -> None:
    assert Wanted.read(wanted.query()) == wanted


@pytest.mark.parametrize("page", ["-1", "0", "x", "²", "9" * 40, ""])
def test_an_odd_page_is_the_first(page: str) -> None:
    assert Wanted.read({"page": page}).page == 1


def test_lineage_names_study_dataset_and_indicator(library: Library) -> None:
    """Checked against the study file by hand: the sex of a stay in 20/284."""
    uses = {use.study.id: use for use in library.uses["mzg.STAYHOSP.A2_CODE_SEX"]}
    stroke = uses["stroke-care"]
    assert {"mzg_base", "mzg_linkset", "linked"} <= set(stroke.datasets)
    assert "insz_list" not in stroke.datasets
    assert {"mortality30", "mortality90"} <= set(stroke.indicators)
    assert stroke.motivation is not None
    assert "intego" not in uses
    derived = library.uses["derived.Cproject"]
    assert any(use.study.id == "stroke-care" and "linked" in use.datasets for use in derived)


def test_a_study_that_is_not_listed_is_its_sponsors_only(library: Library, tmp_path: Path) -> None:
    listed = library.directory.studies
    assert set(library._studies) <= set(listed), "every study of the catalogue says who may read it"
    hidden = type(library.directory)(studies={name: one for name, one in listed.items() if name != "stroke-care"})

    def reader(profile: Profile) -> Viewer:
        return Viewer("x", "X", None, None, (Grant("stroke-care", profile),))

    assert not hidden.may_read_study(Viewer(), "stroke-care")
    assert not hidden.may_read_study(reader(Profile.PROVIDER_HOSPITAL), "stroke-care")
    assert hidden.may_read_study(reader(Profile.SPONSOR_HOSPITAL), "stroke-care")
    assert hidden.may_read_study(Viewer(), "intego")
    assert not hidden.may_read_study(Viewer(), "no such study")


def test_a_wrong_study_is_left_out_and_said(tmp_path: Path, repo_root: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "catalog"
    for path in (repo_root / "catalog").iterdir():
        if path.name != "studies":
            (folder / path.name).parent.mkdir(exist_ok=True)
            (folder / path.name).symlink_to(path)
    (folder / "studies" / "broken").mkdir(parents=True)
    (folder / "studies" / "broken" / "study.yaml").write_text("id: broken\n")
    (folder / "studies" / "intego").symlink_to(repo_root / "catalog" / "studies" / "intego")
    library = Library(folder, load_directory(folder))
    library.read()
    assert list(library.studies(Viewer())) == ["intego"]
    assert "study broken is not shown" in caplog.text


# -- files ------------------------------------------------------------


def test_the_csv_has_every_variable_with_its_facts(library: Library) -> None:
    lines = list(csv.DictReader(io.StringIO(variables_csv(library.variables.values()))))
    assert [line["ref"] for line in lines] == list(library.variables)
    sex = next(line for line in lines if line["ref"] == "mzg.STAYHOSP.A2_CODE_SEX")
    assert (sex["label_nl"], sex["label_fr"], sex["label_en"], sex["codes"]) == ("geslacht", "sexe", "sex", "sex")
    assert Counter(line["sensitive"] for line in lines)["true"] == sum(
        one.sensitive for one in library.variables.values()
    )


def test_the_fragment_says_what_is_still_to_be_written(library: Library, repo_root: Path, tmp_path: Path) -> None:
    """In the place of the variables of a study it gives one problem per empty reason, and none about its form."""
    refs = ["mzg.STAYHOSP.A2_CODE_SEX", "ima.POPULATION.PP0020", "derived.LOS"]
    text = study_fragment([library.variables[ref] for ref in refs], "own", texts("en"))
    data = yaml.safe_load(text)
    assert [one["ref"] for one in data["variables"]] == refs[:2]
    assert "#   LOS:" in text
    study = yaml.safe_load((repo_root / "catalog/studies/intego/study.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump({**study, **data}, allow_unicode=True), encoding="utf-8")
    _, problems = read_study(str(path), library.catalog, repo_root / "catalog")
    said = "\n".join(map(str, problems))
    assert said.count("motivation") >= 2
    assert "transformation" not in said and "cite" not in said.lower().replace("cited", "")
    for one in data["variables"]:
        one["motivation"] = {"nl": "nodig", "fr": "requis", "en": "needed"}
        one["used_by"] = ["selection"]
    path.write_text(yaml.safe_dump({**study, **data}, allow_unicode=True), encoding="utf-8")
    _, problems = read_study(str(path), library.catalog, repo_root / "catalog")
    assert all("variables" not in str(one) or "delivered but not motivated" in str(one) for one in problems)


def test_an_odd_label_breaks_no_file(library: Library) -> None:
    from workbench.catalog.base import Label

    plain = library.variables["mzg.STAYHOSP.A2_CODE_SEX"]
    entry = plain.entry.model_copy(
        update={"label": Label(nl="=1+1\n- ref: x", fr="a: #b", en='"q"'), "name": "A: b #c"}
    )
    odd = Variable("mzg.STAYHOSP.A: b #c", entry, plain.table)
    assert yaml.safe_load(study_fragment([odd], "own", texts("nl")))["variables"][0]["ref"] == odd.ref
    line = next(csv.DictReader(io.StringIO(variables_csv([odd]))))
    assert line["label_nl"].startswith("'=")


def test_an_empty_cart_is_a_file_too() -> None:
    assert yaml.safe_load(study_fragment([], "own", texts("fr"))) == {"variables": []}


# -- carts ------------------------------------------------------------


def test_a_cart_keeps_order_and_no_doubles(tmp_path: Path) -> None:
    carts = Carts(tmp_path)
    assert carts.of("person:a") == () and not list(tmp_path.iterdir()), "nothing is made by looking"
    carts.put("person:a", ["b", "a"])
    carts.put("person:a", ["c", "a"])
    carts.put("person:b", ["z"])
    assert carts.of("person:a") == ("b", "a", "c")
    carts.take("person:a", ["a", "never"])
    carts.put("person:a", ["a"])
    assert Carts(tmp_path).of("person:a") == ("b", "c", "a")
    assert carts.of("person:b") == ("z",)


def test_logging_in_takes_the_cart_along(tmp_path: Path) -> None:
    carts, browser = Carts(tmp_path), owner(None, new_visitor())
    carts.put("person:a", ["x"])
    carts.put(browser, ["y", "x"])
    carts.hand_over(browser, "person:a")
    assert carts.of("person:a") == ("x", "y") and carts.of(browser) == ()


def test_a_cart_is_full_at_some_point(tmp_path: Path) -> None:
    carts = Carts(tmp_path)
    assert carts.put("person:a", [str(number) for number in range(MOST + 5)]) == 5
    assert len(carts.of("person:a")) == MOST


def test_the_file_of_carts_gives_nobody_a_cart(tmp_path: Path) -> None:
    visitor = new_visitor()
    assert is_visitor(visitor) and not is_visitor(visitor + "x") and not is_visitor("")
    Carts(tmp_path).put(owner(None, visitor), ["x"])
    assert all(visitor.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_carts_of_browsers_are_forgotten_and_those_of_people_are_kept(tmp_path: Path) -> None:
    carts = Carts(tmp_path)
    carts.put("browser:old", ["x"])
    carts.put("person:a", ["x"])
    connection = sqlite3.connect(tmp_path / "carts.sqlite")
    with connection:
        connection.execute("UPDATE cart SET changed = datetime('now', '-91 days')")
    connection.close()
    assert carts.of("browser:old") == () and carts.of("person:a") == ("x",)


def test_two_tabs_at_once_lose_nothing(tmp_path: Path) -> None:
    carts = Carts(tmp_path)
    carts.put("person:a", ["first"])
    threads = [threading.Thread(target=carts.put, args=("person:a", [f"v{n}-{k}" for k in range(5)])) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(carts.of("person:a")) == 31
