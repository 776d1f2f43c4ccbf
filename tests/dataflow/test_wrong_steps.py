"""A study with every kind of step, wrong in one place: exactly one problem, at its line, that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.catalog import Catalog
from workbench.dataflow import read_flow
from workbench.errors import Problem
from workbench.indicators.check import check_indicators
from workbench.study import read_study

STUDY = Path(__file__).parents[1].joinpath("simulate", "every_kind.yaml").read_text(encoding="utf-8")
CITE = "cite: {document: own}"
MORE = (
    "targets:\n"
    f"  - {{id: identity, of: ['id:INSZ', 'attr:diagnosis'], {CITE}}}\n"
    "conditions:\n"
    f"  - {{id: eyes, text: {{nl: x, fr: x, en: x}}, satisfied_by: [{{step: look-at-counts}}], {CITE}}}\n"
    f"  - {{id: secret, text: {{nl: x, fr: x, en: x}}, satisfied_by: [{{setting: hosting}}], {CITE}}}\n"
    f"rights: {{information: exempt, reason: {{nl: x, fr: x, en: x}}, {CITE}}}\n"
    "hosting:\n"
    f"  - {{host: hospitals, of: kce, encrypted: true, {CITE}}}\n"
    "datasets:\n"
    "  counts: {nl: aantallen, fr: effectifs, en: counts}\n"
)
WHOLE = STUDY + MORE

# id: (what stands there, what is written instead, a mark on the line of the problem, what is said)
WRONG: dict[str, tuple[str, str, str, str]] = {
    "decoys of another party's table": (
        "from: hospital.PATIENT\n", "from: ima.POPULATION\n", "from: ima.POPULATION",
        "hospitals does not hold ima.POPULATION",
    ),
    "decoys without a number": ("    column: INSZ\n", "", "  - id: hide-persons", "'column' is missing"),
    "a part to leave out that is not there": (
        "    parts: [patient]\n", "    parts: [patients]\n", "parts: [patients]", "stays has no part 'patients'",
    ),
    "a recode that is none": ("to: week_weekend", "to: weekday", "to: weekday", "Input should be 'month'"),
    "a time of three columns": (
        "to: week_weekend}", "to: day_night}", "to: day_night}", "A2_MONTH_HOSP_IN, A2_DAY_HOSP_IN is no",
    ),
    "classes of no list": ("codes: age_theatre", "codes: age_theater", "codes: age_theater", "does not exist"),
    "a split of a column that is not there": (
        "identifiers: [INSZ]", "identifiers: [INSZ, NISS]", "identifiers: [INSZ, NISS]", "column 'NISS' does not exist",
    ),
    "decoding what is one-way": (
        "reversible: true, key_holder: kce", "reversible: false, key_holder: kce", "domain: INSZ_X\n    purpose",
        "'INSZ_X' cannot be decoded",
    ),
    "decoding without a purpose": (
        "    purpose: {nl: nakijken, fr: vérifier, en: ask the hospitals for missing stays}\n", "",
        "  - id: find-persons", "'purpose' is missing",
    ),
    "a key holder that takes no part": (
        "issuer: ehealth, scope: study, cite", "issuer: ehealth, scope: study, key_holder: nic, cite",
        "key_holder: nic", "the key holder 'nic' is no party of the study",
    ),
    "two eyes": ("    persons: 2\n", "    persons: 1\n", "    persons: 1", "1 person is no four eyes"),
    "an approval of what one does not hold": (
        "    dataset: counts\n    persons", "    dataset: coded_list\n    persons", "dataset: coded_list",
        "vikz-datateam does not hold 'coded_list'",
    ),
    "a log of nothing": (
        "    datasets: [linked]\n    what", "    datasets: []\n    what", "datasets: []", "at least 1",
    ),
    "persons in public": (
        "    dataset: counts\n    where", "    dataset: linked\n    where", "dataset: linked\n    where",
        "'linked' may not be published",
    ),
    "published nowhere": ("    where: a web page\n", "    where: ''\n", "    where: ''", "must say something"),
    "own rows by a column that is not there": (
        "    own: CODE_AGR", "    own: HOSPITAL", "    own: HOSPITAL", "counts.rows has no column 'HOSPITAL'",
    ),
    "fed back to nobody known": (
        "to: [hospitals]\n    own", "to: [kce, nic]\n    own", "to: [kce, nic]", "'nic' is no",
    ),
    "groups of one": (
        "by: [CODE_AGR, LeeftijdsklasseOKA]", "by: [CODE_AGR, INSZ_X]", "by: [CODE_AGR, INSZ_X]",
        "'INSZ_X' identifies one person",
    ),
    "a sum of nothing": (
        "measures: {verblijven: count}", "measures: {verblijven: {sum: Bedrag}}", "{sum: Bedrag}",
        "column 'Bedrag' does not exist",
    ),
    "a key that is not there to end": (
        "    keys: [INSZ_X]\n", "    keys: [Hnew]\n", "    keys: [Hnew]\n", "kce holds no key of 'Hnew'",
    ),
    "a condition that a missing step satisfies": (
        "{step: look-at-counts}", "{step: look-at-count}", "{step: look-at-count}",
        "step 'look-at-count' does not exist",
    ),
    "a condition that a missing setting satisfies": (
        "{setting: hosting}", "{setting: scra}", "{setting: scra}", "the study has no setting 'scra'",
    ),
    "a condition that nothing satisfies": (
        "{setting: hosting}", "{}", "satisfied_by: [{}]", "condition 'secret' names no one thing",
    ),
    "a condition that is there twice": (
        "{id: secret, text", "{id: eyes, text", "{id: eyes, text", "'eyes' stands twice under 'conditions'",
    ),
    "a target that is no token": ("'id:INSZ'", "'INSZ'", "'INSZ'", "'INSZ' is no token"),
    "a host that nobody knows": ("{host: hospitals", "{host: nobody", "{host: nobody", "the host 'nobody' is unknown"),
    "hosting of who takes no part": ("of: kce, encrypted", "of: nic, encrypted", "of: nic", "'nic' is no party"),
    "a name for a dataset that is not made": (
        "  counts: {nl", "  count: {nl", "  count: {nl", "'count' does not exist",
    ),
    "rights that are neither": (
        "information: exempt", "information: later", "information: later", "'given' or 'exempt'",
    ),
}  # fmt: skip


@pytest.fixture
def check(tmp_path: Path, catalog: Catalog, repo_root: Path) -> Callable[[str], list[Problem]]:
    def problems(text: str) -> list[Problem]:
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        found, problems = read_study(str(path), catalog, repo_root / "catalog")
        assert found is not None
        return sorted({*problems, *read_flow(found, catalog)[1]})

    return problems


def test_the_study_as_it_stands_has_no_problem(check: Callable[[str], list[Problem]]) -> None:
    assert check(WHOLE) == []


@pytest.mark.parametrize("case", WRONG)
def test_one_fault_gives_one_problem_at_its_line(case: str, check: Callable[[str], list[Problem]]) -> None:
    old, new, mark, words = WRONG[case]
    assert WHOLE.count(old) == 1, f"{old!r} stands {WHOLE.count(old)} times"
    text = WHOLE.replace(old, new)
    problems = check(text)
    said = "\n".join(map(str, problems))
    line = text[: text.rindex(mark)].count("\n") + 1
    assert [problem.line for problem in problems] == [line], said
    assert words in said and problems[0].why and problems[0].todo


def test_protected_data_may_be_published_and_what_is_made_from_them_may_not(
    check: Callable[[str], list[Problem]],
) -> None:
    def published(dataset: str) -> list[Problem]:
        label = "label: {nl: x, fr: x, en: x}"
        step = f"{{id: show, kind: publish, actor: kce, {label}, dataset: {dataset}, where: a page, {CITE}}}"
        return check(WHOLE.replace("  - id: find-persons\n", f"  - {step}\n  - id: find-persons\n"))

    assert published("safe") == []
    (problem,) = published("codes")
    assert "'codes' may not be published" in problem.what


def test_a_key_ends_for_who_destroys_it_and_for_nobody_else(check: Callable[[str], list[Problem]]) -> None:
    ids = ("find-persons", "end-keys", "end-key-of-holder")
    start, middle, end = (WHOLE.index(f"  - id: {name}\n") for name in ids)
    issuer, holder = WHOLE[middle:end], WHOLE[end : WHOLE.index("retention:")]
    assert check(WHOLE[:start] + issuer + WHOLE[start:middle] + WHOLE[end:]) == []
    early = holder.replace("    datasets: [codes, found, named]\n", "")
    (problem,) = check(WHOLE[:start] + early + WHOLE[start:end] + WHOLE[WHOLE.index("retention:") :])
    assert "step 'find-persons': the key of 'INSZ_X' is gone" in problem.what


def test_indicators_need_a_place_and_a_policy(
    check: Callable[[str], list[Problem]], tmp_path: Path, catalog: Catalog, repo_root: Path
) -> None:
    for more, missing in (("", "analysis"),):
        assert check(f"{WHOLE}indicators: [ivt]\n{more}") == []
        found, _ = read_study(str(tmp_path / "study.yaml"), catalog, repo_root / "catalog")
        assert found is not None
        said = [problem.what for problem in check_indicators(found, catalog)]
        assert f"the study has indicators and no '{missing}'" in said
