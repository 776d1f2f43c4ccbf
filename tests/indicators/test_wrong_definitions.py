"""Wrong definitions: each is refused at its own line, with what, why and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.catalog import load_catalog
from workbench.errors import Problem, Problems
from workbench.indicators.check import check_indicators
from workbench.study.load import read_study

Check = Callable[..., list[Problem]]
IVT, AF, MORTALITY = "ivt", "anticoagulants", "mortality30"
CHAIN = "chain: {previous: VorigVerblijf, next: [VolgendZiekenhuis, VolgendVerblijf], days: LOS}"
YEARS = "adjustment:\n  covariates"
PERIOD = "period: {{from: {}, to: {}, cite: {{document: own, note: x}}}}\n"

# case -> (indicator, what stands there, what is put in its place, text on the line of the problem, words of it)
WRONG: dict[str, tuple[str, str, str, str, str]] = {
    "no rule of that kind": (
        IVT, "rule: {column: VorigVerblijf, known: false}", "rule: {first_of_chain: true}",
        "first_of_chain", "a rule is one of",
    ),
    "no test in a condition": (
        IVT, "{column: VorigVerblijf, known: false}", "{column: VorigVerblijf}", "{column: VorigVerblijf}",
        "has exactly one of",
    ),
    "a proportion without a numerator": (
        IVT, "numerator:\n", "exclusions: []\nnumerators:\n", "numerators:", "not a known key",
    ),
    "variable not in the study": (
        IVT, "{column: VorigVerblijf, known: false}", "{column: PP1010, is: true}", "id: first-stay",
        "does not have it",
    ),
    "table not in the study": (IVT, "part: billing", "part: bills", "id: intake-and-monitoring", "reads bills."),
    "code list that does not exist": (
        IVT, "codes: nomenclature_stroke, groups: [intake]", "codes: strokes, groups: [intake]",
        "id: intake-and-monitoring", "'strokes'",
    ),
    "group that does not exist": (
        IVT, "groups: [monitoring]", "groups: [monitors]", "id: intake-and-monitoring", "has the groups care_plan",
    ),
    "attribute that no code has": (
        IVT, "{main: true}", "{mainly: true}", "id: ischaemic", "no entry of 'mzg_type_diagnose'",
    ),
    "unit that the study does not count": (
        IVT, "type: proportion", "type: proportion\nof: tumour", "of: tumour", "these units: stay",
    ),
    "adjusted count": (
        MORTALITY, "type: proportion", "type: count", "id: mortality30", "a count has no 'numerator'",
    ),
    "period outside the study": (
        MORTALITY, YEARS, PERIOD.format(2016, 2019) + YEARS, "period:", "data of 2017 to 2019",
    ),
    "period the wrong way round": (MORTALITY, YEARS, PERIOD.format(2019, 2018) + YEARS, "period:", "keep within"),
    "numerator wider than a condition of the denominator": (
        MORTALITY, "rule: {column: Overlijden30, is: true}",
        """rule:
    rows:
      part: diagnosis
      where:
        - {column: TYPE_DIAGNOSE, codes: mzg_type_diagnose, having: {main: true}}
        - {column: M1_CODE_CERT, codes: mzg_code_cert, having: {validated: true}}
        - {column: CODE_DIAGNOSE, codes: stroke_inclusion, groups: [ischaemic, tia]}""",
        "id: died", "not within its denominator",
    ),
    "numerator that the denominator says already": (
        MORTALITY, "rule: {column: Overlijden30, is: true}", "rule: {column: VorigVerblijf, known: false}",
        "id: died", "everybody is in it",
    ),
    "shown apart by a column that is not there": (
        IVT, "column: A2_CODE_SEX", "column: A2_CODE_SEXE", "id: sex", "shown apart by stay.A2_CODE_SEXE",
    ),
    "a stratum of a column and of columns": (
        IVT, "column: A2_CODE_SEX", "column: A2_CODE_SEX, columns: [Jaar]", "id: sex", "a stratum has either",
    ),
    "told apart by a list without groups": (
        IVT, "direction: higher", "groups_of: sex\ndirection: higher", "groups_of:", "no such list has groups",
    ),
    "told apart by a list that the numerator does not ask": (
        IVT, "direction: higher", "groups_of: stroke_inclusion\ndirection: higher", "groups_of:",
        "asks for no code of that list",
    ),
    "proxy beside an indicator that does not exist": (
        IVT, "beside: ivt_direct", "beside: ivt_seen", "proxy:", "it does not exist",
    ),
    "proxy beside an indicator of another kind": (
        IVT, "beside: ivt_direct", "beside: theatre_stays", "proxy:", "a count of 'stay', not a proportion",
    ),
    "numerator that the denominator rules out": (
        MORTALITY, "rule: {column: Overlijden30, is: true}",
        "rule: {none_of: [{column: VorigVerblijf, known: false}]}", "id: died",
        "all of the denominator do",
    ),
}  # fmt: skip


@pytest.fixture
def check(repo_root: Path, tmp_path: Path) -> Check:
    """Problems of stroke-care with one indicator file changed."""
    root = tmp_path / "catalog"
    shutil.copytree(repo_root / "catalog", root)

    def problems(indicator: str, text: str, study: tuple[str, str] = ("", "")) -> list[Problem]:
        (root / "indicators" / f"{indicator}.yaml").write_text(text, encoding="utf-8")
        path = root / "studies/stroke-care/study.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(*study), encoding="utf-8")
        try:
            catalog = load_catalog(root)
        except Problems as error:
            return list(error.problems)
        file, found = read_study("stroke-care", catalog, root)
        assert file is not None
        return [*found, *check_indicators(file, catalog)]

    return problems


def text_of(repo_root: Path, indicator: str) -> str:
    return (repo_root / f"catalog/indicators/{indicator}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_definition_is_refused_at_its_place(case: str, check: Check, repo_root: Path) -> None:
    indicator, old, new, mark, words = WRONG[case]
    text = text_of(repo_root, indicator)
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    changed = text.replace(old, new)
    problems = check(indicator, changed)
    said = "\n".join(map(str, problems))
    assert words in said and all(one.what and one.why and one.todo for one in problems)
    lines = {one.line for one in problems if words in str(one)}
    assert [one.file for one in problems] == [f"catalog/indicators/{indicator}.yaml"] * len(problems), said
    (at,) = [number for number, line in enumerate(changed.splitlines(), 1) if mark in line][:1]
    assert any(abs(line - at) <= 1 for line in lines), f"line {at}: {said}"


def test_the_numerator_may_not_count_whom_an_exclusion_took_out(check: Check, repo_root: Path) -> None:
    text = text_of(repo_root, AF)
    out = "{last: {column: A2_CODE_DESTINATE, codes: mzg_destinate, having: {deceased: true}}}"
    head, _, tail = text.partition("numerator:\n")
    id_, label, _ = tail.split("\n", 2)
    (problem,) = check(AF, f"{head}numerator:\n{id_}\n{label}\n  rule: {out}\n  cite: {{document: own, note: x}}\n"
                           'cite: {document: "20/284", line: 42}\n')  # fmt: skip
    assert "exclusions took them out" in problem.why


def test_fields_must_be_delivered_in_the_years_of_the_indicator(check: Check, repo_root: Path, tmp_path: Path) -> None:
    """A field that its source no longer delivers in 2019 cannot be read for 2017 to 2019; for 2017 and 2018 it can."""
    table, text = tmp_path / "catalog/tables/mzg/STAYHOSP.yaml", text_of(repo_root, MORTALITY)
    old = table.read_text(encoding="utf-8")
    assert old.count("available: {from: 2012}") == 1
    table.write_text(old.replace("available: {from: 2012}", "available: {from: 2012, to: 2018}"), encoding="utf-8")
    said = {str(one).partition(" ")[2] for one in check(MORTALITY, text) if "mortality30" in one.file}
    assert said and all("in 2019. mzg.STAYHOSP." in one and "not delivered for those years" in one for one in said)
    shorter = text.replace(YEARS, PERIOD.format(2017, 2018) + YEARS)
    assert not [one for one in check(MORTALITY, shorter) if "mortality30" in one.file]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("part: stay\n      key", "part: stays\n      key", "is of part 'stays'"),
        ("person: Cproject\n      hospital", "person: Cprojet\n      hospital", "names column 'Cprojet'"),
        ("next: [VolgendZiekenhuis, VolgendVerblijf]", "next: [VolgendVerblijf]", "cannot follow its chain"),
        (CHAIN, "", "has no 'chain'"),
    ],
)
def test_a_unit_that_the_analysis_does_not_have(old: str, new: str, words: str, check: Check, repo_root: Path) -> None:
    assert (repo_root / "catalog/studies/stroke-care/study.yaml").read_text(encoding="utf-8").count(old) == 1
    problems = check(AF, text_of(repo_root, AF), (old, new))
    assert words in "\n".join(map(str, problems))
    assert all(one.why and one.todo and one.line > 1 for one in problems)
