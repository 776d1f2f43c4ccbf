"""One case per way of being wrong: a study file changed in one place gives exactly one problem, at its line.

That it is exactly one matters as much as that it is one: what merely follows from a fault is not reported.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.study.conftest import STUDY, Check, edited, line_of

FIRST = STUDY[STUDY.index("  - ref: hospital.PATIENT.PATNUM") :]
UNMOTIVATED = (FIRST[FIRST.index("    motivation") : FIRST.index("    transformation")], "")


class Case(NamedTuple):
    """`old` becomes `new`; the problem stands at the line of `mark` and says `words`."""

    id: str
    old: str
    new: str
    mark: str
    words: tuple[str, ...]


def inserted(before: str, *lines: str) -> tuple[str, str]:
    """An edit that puts a step 'new' before the comment that opens a numbered group of steps."""
    head = f"  {before}\n"
    step = ["- id: new", "label: {nl: x, fr: x, en: x}", 'cite: {document: "20/284", line: 73}', *lines]
    return head, "  " + "\n    ".join(step) + "\n" + head


CASES = [
    # References
    Case(
        "wrong field reference",
        "A2_CODE_SEX: mzg.STAYHOSP.A2_CODE_SEX",
        "A2_CODE_SEX: mzg.STAYHOSP.A2_CODE_SEKS",
        "mzg.STAYHOSP.A2_CODE_SEKS",
        ("step 'select-mzg'", "field 'mzg.STAYHOSP.A2_CODE_SEKS' does not exist", "correct the reference"),
    ),
    Case(
        "printed name where the official one is meant",
        "A2_CODE_DESTINATE: mzg.STAYHOSP.A2_CODE_DESTINATE",
        "A2_CODE_DESTINATE: mzg.STAYHOSP.A2_DESTINATE",
        "mzg.STAYHOSP.A2_DESTINATE",
        ("'mzg.STAYHOSP.A2_DESTINATE' does not exist", "use mzg.STAYHOSP.A2_CODE_DESTINATE"),
    ),
    Case(
        "variable that no table has",
        "  - ref: ima.FARMA.SS00050",
        "  - ref: ima.FARMA.SS99999",
        "ima.FARMA.SS99999",
        ("field 'ima.FARMA.SS99999' does not exist", "no table of the catalogue has it"),
    ),
    Case(
        "unknown source table",
        "from: [mzg.STAYINDX, mzg.STAYHOSP]",
        "from: [mzg.STAYINDEX, mzg.STAYHOSP]",
        "from: [mzg.STAYINDEX",
        ("table 'mzg.STAYINDEX' does not exist",),
    ),
    Case(
        "unknown column",
        '"on": {RN: RN}',
        '"on": {RM: RN}',
        '"on": {RM: RN}',
        ("column 'RM' does not exist in mzg_linkset.stay", "choose from RN,"),
    ),
    Case(
        "unknown code list in a step",
        "right.SS00135: [atc_requested]}\n    output: ima_pharmacy",
        "right.SS00135: [atc_wanted]}\n    output: ima_pharmacy",
        "[atc_wanted]",
        ("code list 'atc_wanted' does not exist",),
    ),
    Case(
        "unknown code list in the population",
        "in_codes: stroke_inclusion",
        "in_codes: stroke_exclusion",
        "stroke_exclusion",
        ("code list 'stroke_exclusion' does not exist",),
    ),
    Case(
        "attribute that no code has",
        "having: {flemish_recognised: true}",
        "having: {flemish: true}",
        "flemish: true",
        ("no code of 'hospitals' has an attribute 'flemish'", "select nothing", "flemish_recognised"),
    ),
    Case(
        "dangling document",
        'cite: {document: "20/284", line: 64}\n  - id: deliver-selection',
        'cite: {document: "20/285", line: 64}\n  - id: deliver-selection',
        '"20/285"',
        ("document '20/285' is unknown", "documents.yaml does not list it"),
    ),
    Case(
        "unknown policy",
        "executor: kce, policy: small-cells",
        "executor: kce, policy: tiny-cells",
        "tiny-cells",
        ("policy 'tiny-cells' does not exist",),
    ),
    Case(
        "party that the catalogue does not know",
        "vikz-researchers, committee]",
        "vikz-researchers, committee, registry]",
        "committee, registry]",
        ("party 'registry' is unknown", "catalog/parties.yaml"),
    ),
    # Types and shapes
    Case(
        "wrong type",
        "days_after: 14",
        "days_after: two weeks",
        "two weeks",
        ("'days_after' has a wrong value 'two weeks'", "valid integer"),
    ),
    Case(
        "wrong type of a year",
        "period: {from: 2017, to: 2019",
        "period: {from: early, to: 2019",
        "from: early",
        ("'period.from' has a wrong value 'early'",),
    ),
    Case(
        "missing translation",
        "{nl: patiënten selecteren, fr: sélectionner les patients, en: select the patients}",
        "{nl: patiënten selecteren, en: select the patients}",
        "{nl: patiënten selecteren, en: select the patients}",
        ("'flow.0.label.fr' is missing",),
    ),
    Case(
        "unknown key",
        "    population: true\n    output: patient_selection",
        "    populaton: true\n    population: true\n    output: patient_selection",
        "populaton: true",
        ("'populaton' is not a known key", "correct its spelling or remove it"),
    ),
    Case(
        "list instead of a mapping",
        'applicant: {organisation: VIKZ, cite: {document: "20/284", line: 36}}',
        "applicant: [VIKZ]",
        "applicant: [VIKZ]",
        ("'applicant' has a wrong value", "Input should be a mapping (key: value). correct the value."),
    ),
    Case(
        "dataset name that would leave its folder",
        "    output: c1_rn\n",
        "    output: ../ksz/c1_rn\n",
        "../ksz/c1_rn",
        ("'output' has a wrong value '../ksz/c1_rn'", "small letters, digits and _ only"),
    ),
    Case(
        "domain name that would leave its folder",
        "{id: C1, of: INSZ, issuer: nic",
        "{id: ../C1, of: INSZ, issuer: nic",
        "{id: ../C1",
        ("'domains.2.id' has a wrong value '../C1'", "begins with a letter"),
    ),
    # Names
    Case(
        "duplicate key",
        "  unit: mzg.STAYHOSP\n",
        "  unit: mzg.STAYHOSP\n  unit: mzg.STAYSPEC\n",
        "unit: mzg.STAYSPEC",
        ("'unit' is given twice", "it already stands at line", "keep one of the two"),
    ),
    Case(
        "duplicate step id",
        "- id: send-insz-rn",
        "- id: send-insz",
        '- id: send-insz\n    number: "3"',
        ("'send-insz' stands twice under 'flow'",),
    ),
    Case(
        "duplicate erratum id",
        "- id: E15",
        "- id: E14",
        "- id: E14\n    what: the hospital",
        ("'E14' stands twice under 'errata'",),
    ),
    # Reasons
    Case(
        "variable that nothing uses",
        'used_by: [selection, linkage]\n    cite: {document: "20/284", line: 303}',
        'used_by: []\n    cite: {document: "20/284", line: 303}',
        "used_by: []",
        ("hospital.PATIENT.PATNUM is used by nothing", "not necessary"),
    ),
    Case(
        "delivered without a reason, by a source party's selection",
        "A2_CODE_SEX: mzg.STAYHOSP.A2_CODE_SEX",
        "A2_CODE_ZIP: mzg.STAYHOSP.A2_CODE_ZIP\n          A2_CODE_SEX: mzg.STAYHOSP.A2_CODE_SEX",
        "A2_CODE_ZIP: mzg",
        ("mzg.STAYHOSP.A2_CODE_ZIP is delivered but not motivated", "add it under 'variables'"),
    ),
    Case(
        "delivered without a reason, by a link with a source table",
        ", PP0040: right.PP0040}",
        ", PP0040: right.PP0040, PP0015: right.PP0015}",
        "PP0015: right.PP0015",
        ("ima.POPULATION.PP0015 is delivered but not motivated",),
    ),
    # Population
    Case(
        "criterion with two tests",
        "      between: [2017, 2019]",
        "      between: [2017, 2019]\n      in_codes: hospitals",
        "- id: discharged-in-period",
        ("criterion 'discharged-in-period' has 2 tests",),
    ),
    Case(
        "half an age test",
        "      at_least: 18\n",
        "",
        "- id: adult",
        ("criterion 'adult' is half an age test",),
    ),
    Case(
        "period that ends before it begins",
        "period: {from: 2017, to: 2019",
        "period: {from: 2019, to: 2017",
        "period: {from: 2019",
        ("the period ends before it begins",),
    ),
    # Flow
    Case(
        "unknown kind of step",
        "kind: grant_access\n    actor: ima-project-dwh\n    label: {nl: toegang voor onderzoekers",
        "kind: broadcast\n    actor: ima-project-dwh\n    label: {nl: toegang voor onderzoekers",
        "kind: broadcast",
        ("step 'open-to-researchers': 'broadcast' is no kind of step", "choose from select, construct, derive"),
    ),
    Case(
        "pseudonym domain that is not declared",
        "    domain: C2\n",
        "    domain: C3\n",
        "domain: C3",
        ("pseudonym domain 'C3' is not declared", "the study declares RN, Cproject, C1, C2"),
    ),
    Case(
        "dataset that no step makes",
        "inputs: [patient_selection.patient]",
        "inputs: [patient_list.patient]",
        "inputs: [patient_list.patient]",
        ("dataset 'patient_list' does not exist", "no step makes it"),
    ),
    Case(
        "part that a dataset does not have",
        "inputs: [patient_selection.patient]",
        "inputs: [patient_selection.person]",
        "inputs: [patient_selection.person]",
        ("dataset 'patient_selection' has no part 'person'", "its parts are patient"),
    ),
    Case(
        "key destroyed that is not the study's",
        "datasets: [insz_rn, c1_rn]\n",
        "datasets: [insz_rn, c1_rn]\n    keys: [C1]\n",
        "keys: [C1]",
        ("the key of 'C1' is not this study's",),
    ),
    Case(
        "key destroyed by another than its holder",
        "datasets: [insz_rn, c1_rn]\n",
        "datasets: [insz_rn, c1_rn]\n    keys: [RN]\n",
        "keys: [RN]",
        ("nic holds no key of 'RN'",),
    ),
    Case(
        "columns of different types linked",
        '"on": {C2: PP0010}',
        '"on": {RIZIVnummer ziekenhuis: PP0010}',
        '"on": {RIZIVnummer ziekenhuis: PP0010}',
        ("RIZIVnummer ziekenhuis and PP0010 cannot be equal", "one is string, the other bigint"),
    ),
    Case(
        "formula on a column of another type",
        "Jaar: {year: Ontslagdag}",
        "Jaar: {year: LOS}",
        "Jaar: {year: LOS}",
        ("'LOS' is a integer", "year needs date"),
    ),
    Case(
        "unknown formula",
        "LOS: {days_between: [Opnamedag, Ontslagdag]}",
        "LOS: {weeks_between: [Opnamedag, Ontslagdag]}",
        "weeks_between",
        ("'LOS' has no formula that can be computed", "there is no formula 'weeks_between'"),
    ),
    Case(
        "formula with wrong arguments",
        "LOS: {days_between: [Opnamedag, Ontslagdag]}",
        "LOS: {days_between: [Opnamedag]}",
        "days_between: [Opnamedag]",
        ("its arguments do not fit",),
    ),
    Case(
        "column dropped that is not there",
        "drop: [PP0040]",
        "drop: [PP0050]",
        "drop: [PP0050]",
        ("'PP0050' is not there to drop",),
    ),
    Case(
        "widths that do not nest",
        "widths: [1, 5, 10, 20]",
        "widths: [1, 5, 12]",
        "widths: [1, 5, 12]",
        ("'widths' has a wrong value", "each is a multiple of the one before"),
    ),
    Case(
        "party that does not take part",
        "kind: derive\n    actor: ima\n",
        "kind: derive\n    actor: imma\n",
        "actor: imma",
        ("the actor 'imma' is no party of the study", "'parties' lists hospitals,"),
    ),
    Case(
        "missing motivation",
        *UNMOTIVATED,
        "  - ref: hospital.PATIENT.PATNUM",
        ("'variables.0.motivation' is missing", "add 'motivation'"),
    ),
    Case(
        "step without receivers",
        "dataset: c1_rn\n    to: [ksz]",
        "dataset: c1_rn\n    to: []",
        "to: []",
        ("'to' has a wrong value", "at least 1 item"),
    ),
    Case(
        "issuer that does not take part",
        "{id: C1, of: INSZ, issuer: nic,",
        "{id: C1, of: INSZ, issuer: nick,",
        "issuer: nick",
        ("the issuer 'nick' is no party of the study",),
    ),
    Case(
        "pseudonym made by another than its issuer",
        "{id: C1, of: INSZ, issuer: nic,",
        "{id: C1, of: INSZ, issuer: ksz,",
        "    domain: C1\n",
        ("nic does not issue C1", "only ksz holds its key"),
    ),
    Case(
        "reading what another party holds",
        *inserted(
            "# 6",
            "kind: consolidate",
            "actor: nic",
            "inputs: [mzg_base.stay]",
            "columns: {PatID: PatID}",
            "output: x",
        ),
        "inputs: [mzg_base.stay]",
        ("step 'new': nic does not hold 'mzg_base'", "it is held by vikz-datateam", "deliver it first"),
    ),
    Case(
        "reading a source table of another party",
        *inserted(
            "# 6",
            "kind: consolidate",
            "actor: nic",
            "inputs: [mzg.PATHOSPI]",
            "columns: {PATNUM: PATNUM}",
            "output: x",
        ),
        "inputs: [mzg.PATHOSPI]",
        ("nic does not hold mzg.PATHOSPI", "its provider is hospitals"),
    ),
    Case(
        "sending what another party holds",
        *inserted("# 6", "kind: send", "actor: nic", "dataset: mzg_base", "to: [ksz]"),
        "dataset: mzg_base\n    to: [ksz]",
        ("step 'new': nic does not hold 'mzg_base'",),
    ),
    Case(
        "read after destroy",
        *inserted(
            "# 6",
            "kind: consolidate",
            "actor: ehealth",
            "inputs: [insz_list]",
            "columns: {INSZ: INSZ}",
            "output: x",
        ),
        "inputs: [insz_list]",
        ("ehealth does not hold 'insz_list'", "it is held by nobody any more"),
    ),
    Case(
        "part added after the dataset was delivered",
        *inserted(
            "# 10",
            "kind: consolidate",
            "actor: ksz",
            "inputs: [c2_rn]",
            "columns: {RN: RN}",
            "output: ima_selection.more",
        ),
        "output: ima_selection.more",
        ("'ima_selection' gets a part after it was delivered", "'send-ima-selection' delivered it without"),
    ),
    Case(
        "part added to another party's dataset",
        *inserted(
            "# 10",
            "kind: consolidate",
            "actor: ksz",
            "inputs: [c2_rn]",
            "columns: {RN: RN}",
            "output: mzg_base.more",
        ),
        "output: mzg_base.more",
        ("'mzg_base' is another party's dataset", "ksz does not hold it"),
    ),
    Case(
        "same dataset made twice",
        *inserted("# 10", "kind: consolidate", "actor: ksz", "inputs: [c1_rn]", "columns: {C2: C1}", "output: c2_rn"),
        "output: c2_rn\n  # 10",
        ("dataset 'c2_rn.rows' is made a second time",),
    ),
    Case(
        "nothing to analyse at the end",
        "analysis:\n  party: vikz-researchers\n  dataset: analysis\n",
        "analysis:\n  party: vikz-researchers\n  dataset: linked\n",
        "analysis:\n  party: vikz-researchers",
        ("vikz-researchers does not hold 'linked' at the end", "it holds analysis"),
    ),
    Case(
        "recipient who receives nothing",
        "{party: committee, receives: scra_report",
        "{party: committee, receives: analysis",
        "{party: committee, receives: analysis",
        ("committee does not hold 'analysis' at the end",),
    ),
    Case(
        "retention of a dataset that does not exist",
        "{dataset: linked, years: 4",
        "{dataset: coupled, years: 4",
        "{dataset: coupled",
        ("dataset 'coupled' does not exist",),
    ),
]


def test_the_study_as_it_stands_has_no_problem(check: Check) -> None:
    assert check(STUDY) == []


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_one_fault_gives_one_problem_at_its_line(case: Case, check: Check) -> None:
    text = edited((case.old, case.new))
    problems = check(text)
    said = "\n".join(map(str, problems))
    assert [problem.line for problem in problems] == [line_of(text, case.mark)], said
    for words in case.words:
        assert words in said
    assert str(problems[0]).endswith(".") and problems[0].why and problems[0].todo


def test_a_pseudonym_cannot_be_made_after_its_key_was_destroyed(check: Check) -> None:
    """A second key would silently give other pseudonyms."""
    text = edited(
        ("datasets: [insz_list, insz_rn, rn_cproject]", "datasets: [insz_list, rn_cproject]"),
        inserted(
            "# 5",
            "kind: pseudonymise",
            "actor: ehealth",
            "input: insz_rn",
            "domain: RN",
            "keep: [RN]",
            "output: x",
        ),
    )
    (problem,) = check(text)
    assert problem.line == line_of(text, "input: insz_rn\n    domain: RN") + 1
    assert "step 'new': the key of 'RN' is gone. 'destroy-at-ehealth' destroyed it before" in str(problem)


def test_steps_in_the_wrong_order(check: Check) -> None:
    """The numbered groups 2 and 3 change places: what comes too early is said once, where it is read."""
    second, third, fourth = (STUDY.index(f"  # {number}\n") for number in (2, 3, 4))
    text = STUDY[:second] + STUDY[third:fourth] + STUDY[second:third] + STUDY[fourth:]
    (problem,) = check(text)
    assert problem.line == line_of(text, "input: insz_list\n    domain: RN")
    assert "step 'pseudonymise-rn': it needs 'insz_list' too early. 'consolidate-insz' makes it later" in str(problem)


def test_a_circle_of_steps(check: Check) -> None:
    text = edited(("inputs: [patient_selection.patient]", "inputs: [patient_selection.patient, insz_rn]"))
    (problem,) = check(text)
    assert problem.line == line_of(text, "[patient_selection.patient, insz_rn]")
    assert "it needs 'insz_rn', which is made from its own result" in str(problem)
    assert "'pseudonymise-rn' and this step wait for each other: a cycle" in str(problem)


def test_a_step_that_reads_its_own_result(check: Check) -> None:
    text = edited(("inputs: [patient_selection.patient]", "inputs: [patient_selection.patient, insz_list]"))
    (problem,) = check(text)
    assert "which is made from its own result" in str(problem)


def test_a_population_another_party_would_have_to_select(check: Check) -> None:
    """Wrong twice over: rows of the two tables cannot be brought together, and hospitals do not hold one."""
    text = edited(("field: mzg.DIAGNOSE.CODE_DIAGNOSE", "field: ima.FARMA.SS00135"))
    first, *others = check(text)
    assert first.line == line_of(text, "field: ima.FARMA.SS00135")
    assert "rows of ima.FARMA cannot be brought to rows of mzg.STAYHOSP" in str(first)
    assert len(others) == 2
    assert all("hospitals cannot select the population" in str(problem) for problem in others)


def test_all_faults_of_a_file_at_once(check: Check) -> None:
    """The six of the issue, and five more, in one file: every one is said, and nothing else."""
    edits_and_marks = [
        (("SEX: mzg.STAYHOSP.A2_CODE_SEX", "SEX: mzg.STAYHOSP.SEX"), "mzg.STAYHOSP.SEX", "does not exist"),
        (("days_after: 14", "days_after: two weeks"), "two weeks", "valid integer"),
        (
            UNMOTIVATED,
            "  - ref: hospital.PATIENT.PATNUM",
            "motivation' is missing",
        ),
        (inserted("# 4", "kind: shred", "actor: nic"), "kind: shred", "'shred' is no kind of step"),
        (
            ("inputs: [patient_selection.patient]", "inputs: [patient_selection.patient, insz_rn]"),
            "[patient_selection.patient, insz_rn]",
            "a cycle",
        ),
        (("  unit: mzg.STAYHOSP\n", "  unit: mzg.STAYHOSP\n  unit: x\n"), "  unit: x", "given twice"),
        (("period: {from: 2017", "period: {from: early"), "from: early", "wrong value 'early'"),
        (("- id: E15", "- id: E14"), "- id: E14\n    what: the hospital", "stands twice"),
        (("in_codes: stroke_inclusion", "in_codes: no_such_list"), "no_such_list", "does not exist"),
        (("widths: [1, 5, 10, 20]", "widths: []"), "widths: []", "wrong value"),
        (("linked, years: 4", "linked, years: four"), "years: four", "wrong value 'four'"),
    ]  # fmt: skip
    text = edited(*(edit for edit, _, _ in edits_and_marks))
    found = {problem.line: str(problem) for problem in check(text)}
    wanted = {line_of(text, mark): words for _, mark, words in edits_and_marks}
    assert sorted(found) == sorted(wanted), "\n".join(found.values())
    for line, words in wanted.items():
        assert words in found[line]
