"""What is found in a draft stands at its field; a draft that is clean here is clean for the command line too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drafts.test_edits import STUDIES
from workbench.catalog.base import LANGUAGES, Lang
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc
from workbench.catalog.study_rule import StudyRule, study_rules
from workbench.drafts.edits import Add, Drop, Edit, Put
from workbench.drafts.judge import Judgement, judge
from workbench.drafts.starting import begun, read_starts
from workbench.drafts.starts import empty, flow_of, free_name, from_file, from_template, template_text, with_variables
from workbench.drafts.writing import edited, read
from workbench.errors import Problems
from workbench.main.checks import check_study
from workbench.study.load import read_study_text

STUDY = "stroke-care"


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.fixture(scope="module")
def rules(repo_root: Path) -> dict[str, StudyRule]:
    return dict(study_rules(repo_root / "catalog"))


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_goes_through_the_builder_and_out_again(
    study: str, repo_root: Path, catalog: Catalog, rules: dict[str, StudyRule], tmp_path: Path
) -> None:
    """In as a file, out as a file: the same study, found to be in order by the builder and by the command line."""
    before = template_text(repo_root / "catalog", study)
    assert from_file(before) == before
    draft = from_template(from_file(before), "another")
    assert judge(draft, catalog, rules).clean
    out = tmp_path / "another.yaml"
    out.write_text(draft, encoding="utf-8")
    assert check_study(str(out), repo_root / "catalog").fine
    one, _ = read_study_text(before, study, catalog)
    other, _ = read_study_text(edited(draft, Put(("id",), study)), study, catalog)
    assert one is not None and other is not None and one.study == other.study


@pytest.mark.parametrize(
    ("edit", "at", "word"),
    [
        (Put(("title", "en"), ""), ("title", "en"), "empty"),
        (Put(("period", "from"), "soon"), ("period", "from"), "wrong value"),
        (Put(("population", "unit"), "mzg.NONE"), ("population", "unit"), "does not exist"),
        (Put(("population", "criteria", 0, "in_codes"), "none"), ("population", "criteria", 0, "in_codes"), "does not"),
        (Put(("variables", 3, "ref"), "mzg.STAYHOSP.X"), ("variables", 3, "ref"), "does not exist"),
        (Put(("variables", 3, "used_by"), []), ("variables", 3, "used_by"), "used by nothing"),
        (Put(("flow", 1, "actor"), "nobody"), ("flow", 1, "actor"), "no party of the study"),
        (Put(("flow", 1, "dataset"), "none"), ("flow", 1, "dataset"), "none"),
        (Put(("flow", 1, "kind"), "dance"), ("flow", 1, "kind"), "no kind of step"),
        (Put(("scra", "policy"), "none"), ("scra", "policy"), "does not exist"),
        (Put(("indicators", 0), "none"), ("indicators", 0), "does not exist"),
        (Put(("recipients", 0, "party"), "nobody"), ("recipients", 0, "party"), "no party of the study"),
        (Add(("parties",), "nobody"), ("parties", 11), "unknown"),
        (Drop(("purpose",)), ("purpose",), "missing"),
        (Put(("surplus",), 1), ("surplus",), "not a known key"),
        (Put(("variables",), []), ("variables",), "is empty"),
    ],
)
def test_a_finding_stands_at_its_field(
    edit: Edit, at: Loc, word: str, repo_root: Path, catalog: Catalog, rules: dict[str, StudyRule]
) -> None:
    text = edited(template_text(repo_root / "catalog", STUDY), edit)
    found = judge(text, catalog, rules)
    assert [one for one in found.errors if one.at == at and word in one.what], [
        (one.at, one.what) for one in found.errors
    ]


def test_what_only_the_rules_of_flows_see_blocks_too(
    repo_root: Path, catalog: Catalog, rules: dict[str, StudyRule]
) -> None:
    """The file is in order for `study check`; that a record key stays raw is an error which the study accepts."""
    text = template_text(repo_root / "catalog", STUDY)
    accepted = read(text)["accepted"]
    place = next(number for number, one in enumerate(accepted) if one["at"] == "analysis.STAYNUM")
    found = judge(edited(text, Drop(("accepted", place))), catalog, rules)
    assert [one.rule for one in found.errors] == ["raw-record-key"]
    assert not [one for one in found.problems if one.severity == "error"]
    assert found.errors[0].step == "flow"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_findings_have_words_in_every_language(
    lang: Lang, repo_root: Path, catalog: Catalog, rules: dict[str, StudyRule]
) -> None:
    found = judge(template_text(repo_root / "catalog", STUDY), catalog, rules, lang)
    assert len(found.remarks) > 20
    assert all(one.what and one.why and one.todo for one in found.remarks)
    of_rules = [one for one in found.remarks if one.rule]
    assert of_rules and all(one.title == rules[one.rule].title[lang] for one in of_rules)
    whys = [(one, rules[one.rule].reason) for one in of_rules if "why" in one.translated]
    todos = [(one, rules[one.rule].repair) for one in of_rules if "todo" in one.translated]
    assert whys and all(one.why == reason.in_language(lang) for one, reason in whys)
    assert todos and all(one.todo == repair.in_language(lang) for one, repair in todos)
    assert not [one for one in found.remarks if not one.rule and (one.translated or one.title)]


def test_an_empty_draft_says_everything_that_is_left_to_do(catalog: Catalog, rules: dict[str, StudyRule]) -> None:
    found = judge(empty("mine", 2020), catalog, rules)
    assert {one.step for one in found.errors} == {"purpose", "population", "variables", "flow"}
    assert ("title", "nl") in {one.at for one in found.errors}
    assert all(
        "it must say something" in one.why
        for one in found.errors
        if one.what.endswith("is empty") and one.at and len(one.at) > 1
    )


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "a: &x 1\nb: *x\n", "\x00"])
def test_a_file_that_is_no_study_is_not_taken_over(text: str, catalog: Catalog, rules: dict[str, StudyRule]) -> None:
    with pytest.raises(Problems):
        from_file(text)
    assert isinstance(judge(text, catalog, rules), Judgement), "whatever stands in a draft, it can be judged"


def test_variables_of_the_cart_come_in_once_and_ask_for_their_reasons(
    catalog: Catalog, rules: dict[str, StudyRule]
) -> None:
    refs = ["mzg.STAYHOSP.A2_CODE_SEX", "mzg.PATHOSPI.A1_YEAR_BIRTH"]
    text, new = with_variables(empty("mine", 2020), refs)
    again, none = with_variables(text, [*refs, refs[0]])
    assert (new, none, again) == (2, 0, text)
    found = judge(text, catalog, rules)
    assert [one.at for one in found.errors if one.at and one.at[0] == "variables"][:1] == [
        ("variables", 0, "motivation", "en")
    ]


def test_the_flow_of_another_study_takes_the_place_of_ones_own(repo_root: Path) -> None:
    other = template_text(repo_root / "catalog", STUDY)
    made = read(flow_of(empty("mine", 2020), other))
    assert made["flow"] == read(other)["flow"] and made["scra"] == read(other)["scra"]
    assert made["variables"] == [] and made["id"] == "mine"


def test_a_free_name_can_be_a_name_of_a_file() -> None:
    assert free_name("../Étude 1!", {"study"}) == "tude-1"
    assert free_name("20/284", ()) == "study-20-284"
    assert free_name("a", {"a", "a-2"}) == "a-3"


def test_a_beginning_fits_the_variables_of_the_draft(
    repo_root: Path, catalog: Catalog, rules: dict[str, StudyRule]
) -> None:
    """Three fields of the cart, a beginning, and words for people: what is left then is nothing but a warning."""
    refs = ["mzg.STAYHOSP.A2_YEAR_HOSP_OUT", "mzg.STAYHOSP.A2_CODE_SEX", "mzg.PATHOSPI.A1_YEAR_BIRTH"]
    text, _ = with_variables(empty("mine", 2019), [*refs, "ima.FARMA.SS00135"])
    text = begun(text, read_starts(repo_root / "catalog")["counts"], catalog)
    data = read(text)
    assert data["parties"] == ["hospitals", "vikz-researchers"] and data["population"]["unit"] == "mzg.STAYHOSP"
    assert data["flow"][1]["by"] == ["A2_YEAR_HOSP_OUT", "A2_CODE_SEX", "A1_YEAR_BIRTH"], "the other source stays out"
    assert [one["used_by"] for one in data["variables"]] == [["analysis"]] * 4
    words = {"nl": "a", "fr": "b", "en": "c"}
    for at in (("title",), ("purpose",), ("population", "label"), *(("variables", n, "motivation") for n in range(4))):
        text = edited(text, Put(at, words))
    text = edited(edited(text, Put(("applicant", "organisation"), "VIKZ")), Drop(("variables", 3)))
    found = judge(text, catalog, rules)
    assert {(one.weight, one.at) for one in found.remarks} == {
        ("warning", ("legal_basis",)), ("warning", ("rights",)), ("warning", ("conditions",))
    }  # fmt: skip
    nothing = empty("mine", 2019)
    assert begun(nothing, read_starts(repo_root / "catalog")["counts"], catalog) == nothing


def test_a_year_that_is_none_is_found_once_and_no_year_is_counted_from_it(
    repo_root: Path, catalog: Catalog, rules: dict[str, StudyRule]
) -> None:
    """What failed once: the period began in the year 0, and every field lacked two thousand years, one by one."""
    text = (repo_root / "catalog" / "studies" / "stroke-care" / "study.yaml").read_text(encoding="utf-8")
    wrong = text.replace("period: {from: 2017, ", "period: {from: abc, ", 1)
    late = text.replace("period: {from: 2017, to: 2019", "period: {from: 1998, to: 2019", 1)
    assert text not in (wrong, late)
    errors = judge(wrong, catalog, rules).errors
    assert [one.at for one in errors] == [("period", "from")]
    said = [one.what for one in judge(late, catalog, rules).errors if "reads" in one.what]
    assert said and all(len(one) < 120 for one in said)
    assert any(" to " in one for one in said)
