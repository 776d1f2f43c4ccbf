"""One row per way of being wrong: the edit, and the single finding with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog.small import SMALL, write
from workbench.catalog.lint import check

TABLE, AGE, STROKE, DERIVED = "tables/lab/STAY.yaml", "codes/age.yaml", "codes/stroke.yaml", "derived.yaml"
YOUNG = "  - {code: young, label: {nl: jong, fr: jeune, en: young}, attributes: {from: 0, to: 17}}\n"
# name of the fault: file, what is replaced, by what, line of the finding, words of the finding, severity
FAULTS = {
    "a code twice": (AGE, "code: adult", "code: young", 8, "code 'young' stands twice", "error"),
    "classes overlap": (AGE, "to: 17", "to: 18", 8, "overlaps the one before", "error"),
    "classes leave a gap": (AGE, "from: 65", "from: 66", 9, "leaves a gap before it", "error"),
    "an open class before another": (AGE, "to: 64", "to: null", 9, "overlaps the one before", "error"),
    "a class without values": (AGE, "from: 0, to: 17", "from: 17, to: 0", 7, "is empty", "error"),
    "a class of words": (AGE, "from: 65, to: null", "from: old", 9, "no clear ends", "error"),
    "an empty list": (AGE, SMALL[AGE][SMALL[AGE].index("entries:") :], "entries: []\n", 6, "is empty", "error"),
    "a filler as label": (AGE, "fr: jeune", "fr: '?'", 7, "label in fr is '?'", "error"),
    "a promise as label": (TABLE, "nl: wachttijd", "nl: tbd", 21, "label in nl is 'tbd'", "error"),
    "one text in three languages": (
        TABLE, "{nl: verblijven, fr: séjours, en: stays}",
        "{nl: all stays of a person, fr: all stays of a person, en: all stays of a person}",
        3, "same in all languages", "warning",
    ),
    "the name as label": (
        TABLE, "{nl: verblijfsnummer, fr: numéro de séjour, en: stay number}",
        "{nl: STAYNUM, fr: STAYNUM, en: STAYNUM}", 10, "the label of 'STAYNUM' is its name", "warning",
    ),
    "a source without place": (TABLE, "guide, line: 5}", "guide}", 19, "no place in it", "warning"),
    "a line that cannot be": (TABLE, "line: 6", "line: 0", 27, "names line 0", "error"),
    "an unknown unit": (TABLE, "unit: day", "unit: dya", 23, "unit 'dya' is not known", "error"),
    "an unknown unit of a derived variable": (DERIVED, "unit: day", "unit: fortnight", 5, "fortnight", "error"),
    "a selection as code list of a field": (TABLE, "codes: age", "codes: stroke", 17, "coded in selection", "error"),
    "a printed name that is a field": (TABLE, "[WIAT]", "[AGE]", 25, "'AGE' is given as a printed name", "error"),
    "years that contradict": (TABLE, "gaps: [2015]", "to: 2010", 26, "never or not then", "error"),
    "a reference to nothing": (
        TABLE, "unit: day", "references: [lab.STAY.WIAT]", 23, "refers to 'lab.STAY.WIAT'", "error",
    ),
    "a reference to another type": (
        TABLE, "unit: day", "references: [lab.STAY.AGE]", 23, "refers to 'lab.STAY.AGE'", "error",
    ),
    "an impossible ICD code": (STROKE, '"I63.-", label', '"163.-", label', 7, "'163.-' is no icd10be code", "error"),
    "a code twice in one group": (STROKE, "group: 2", "group: 1", 8, "stands twice", "error"),
    "a file of another name": (AGE, "id: age", "id: years", 1, "stands in age.yaml", "error"),
    "a synonym that leads nowhere": (
        "synonyms.yaml", "[verblijfsduur]", "[ligplaats]", 3, "'ligplaats' leads nowhere", "warning",
    ),
    "a synonym for a field that is not there": (
        "synonyms.yaml", "lab.STAY.AGE", "lab.STAY.AEG", 4, "'lab.STAY.AEG' leads nowhere", "warning",
    ),
    "synonyms that are not words": ("synonyms.yaml", "nl: [kind]", "nl: [on]", 4, "wrong value True", "error"),
    "a unit twice": (
        "units.yaml", "units:\n", "units:\n  - {id: day, label: {nl: a, fr: b, en: c}}\n", 3, "stands twice", "error",
    ),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "catalog")


def test_the_small_catalogue_is_in_order(root: Path) -> None:
    assert check(root)[1] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_at_its_place(root: Path, fault: str) -> None:
    name, old, new, line, words, severity = FAULTS[fault]
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [problem for problem in check(root)[1] if words in problem.what]
    assert [(p.file, p.severity) for p in found] == [(f"catalog/{name}", severity)]
    assert found[0].line == line
    assert found[0].why and found[0].todo


def test_each_fault_is_told_once_and_alone(root: Path) -> None:
    """What follows from a fault is no news: no fault of the table above brings a second finding of its kind."""
    for fault, (name, old, new, *_) in FAULTS.items():
        path = root / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        found = check(root)[1]
        path.write_text(text, encoding="utf-8")
        follows = {"a file of another name", "a unit twice"}  # the field then names a list, the unit is not read
        assert len(found) == 1 or fault in follows, (fault, [str(problem) for problem in found])


@pytest.mark.parametrize(
    ("system", "code", "said"),
    [
        ("cnk", "3621108", "has to be 9"),
        ("nomenclature", "477725", "has to be 4"),
        ("atc", "J01X1", "ATC level"),
        ("nis", "123", "5 digits"),
    ],
)
def test_check_digits_of_code_lists(root: Path, system: str, code: str, said: str) -> None:
    text = SMALL[AGE].replace("system: own", f"system: {system}")
    lines = [*text.splitlines()[:6], f'  - {{code: "{code}", label: {{nl: een, fr: un, en: one}}}}']
    (root / AGE).write_text("\n".join(lines), encoding="utf-8")
    (found,) = check(root)[1]
    assert found.line == 7 and code in found.what and said in found.why


def test_printed_names_that_lead_nowhere(root: Path) -> None:
    text = """\
documents:
  - document: guide
    datasets:
      - dataset: Annex
        fields:
          - {printed: WAITING, line: 7, refs: [lab.STAY.WAIT]}
          - {printed: AEG, line: 8, refs: [lab.STAY.AEG]}
  - document: nowhere
    datasets: []
"""
    (root / "named_fields.yaml").write_text(text, encoding="utf-8")
    assert [(p.file, p.line, p.severity) for p in check(root)[1]] == [
        ("catalog/named_fields.yaml", 7, "error"),
        ("catalog/named_fields.yaml", 8, "error"),
    ]


def test_decimal_classes_touch_at_their_ends(root: Path) -> None:
    text = SMALL[AGE].replace("to: 17", "to: 17.5").replace("from: 18", "from: 17.5").replace("to: 64", "to: 65")
    (root / AGE).write_text(text, encoding="utf-8")
    assert check(root)[1] == []
    (root / AGE).write_text(text.replace("from: 17.5", "from: 17.6"), encoding="utf-8")
    assert ["gap" in problem.what for problem in check(root)[1]] == [True]


def test_classes_need_not_stand_in_order(root: Path) -> None:
    (root / AGE).write_text(SMALL[AGE].replace(YOUNG, "") + YOUNG, encoding="utf-8")
    assert check(root)[1] == []


def test_the_whole_catalogue_has_no_error(repo_root: Path) -> None:
    errors = [str(problem) for problem in check(repo_root / "catalog")[1] if problem.severity == "error"]
    assert errors == []
