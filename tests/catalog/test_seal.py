"""The seal: every change of a fact is told at its line, no change of free text is, and new entries are free."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalog.small import SMALL, write
from workbench.catalog.lint import check
from workbench.catalog.source import read_source
from workbench.errors import Problem, Problems
from workbench.main.catalogs import seal_catalog

TABLE, AGE = "tables/lab/STAY.yaml", "codes/age.yaml"
Edit = Callable[[str, str, str], list[Problem]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = write(tmp_path / "catalog")
    assert seal_catalog(made) == made / "seal.yaml"
    return made


@pytest.fixture
def edit(root: Path) -> Edit:
    """Change a file of the sealed catalogue and check it."""

    def change(name: str, old: str, new: str) -> list[Problem]:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return check(root)[1]

    return change


def test_a_sealed_catalogue_is_in_order_and_its_seal_the_same_again(root: Path) -> None:
    assert tuple(check(root)[1]) == ()
    before = (root / "seal.yaml").read_bytes()
    seal_catalog(root)
    assert (root / "seal.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (TABLE, "type: integer", "type: decimal", 20),  # said where the field begins
        (TABLE, "line: 4}", "line: 5}", 9),
        (TABLE, "keys: [STAYNUM]", "keys: [AGE]", 1),
        (TABLE, "aliases: [WIAT]", "aliases: [WAITS]", 20),
        (TABLE, "role: linkage", "role: pseudonym", 9),
        (AGE, "code: adult", "code: adults", 8),
        (AGE, "kind: values", "kind: selection", 1),
        (AGE, "from: 0,", "from: 1,", 7),
        ("parties.yaml", "kind: source", "kind: ttp", 2),
        ("derived.yaml", "type: integer", "type: decimal", 2),
        ("documents.yaml", "title: A guide", "title: A guide, date: '2020-01-01'", 2),
    ],
)
def test_a_changed_fact_is_told_at_its_entry(edit: Edit, name: str, old: str, new: str, line: int) -> None:
    found = [problem for problem in edit(name, old, new) if "was changed here" in problem.what]
    assert [(problem.file, problem.line) for problem in found] == [(f"catalog/{name}", line)]
    assert "workbench catalog seal" in found[0].todo


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (TABLE, "en: waiting time", "en: time waited"),
        (TABLE, "grain: one row per stay", "grain: a row for each stay"),
        (TABLE, "table: STAY\n", "# A remark\ntable:   'STAY'\n"),
        (AGE, "note: Classes of our own.", "note: Ours."),
        ("derived.yaml", "Days from admission to discharge.", "Nights."),
        ("documents.yaml", "title: A guide", "title: The guide"),
    ],
)
def test_free_text_and_layout_may_change(edit: Edit, name: str, old: str, new: str) -> None:
    assert edit(name, old, new) == []


def test_a_field_taken_out_is_told_at_the_next_one(edit: Edit) -> None:
    text = SMALL[TABLE]
    gone = text[text.index("  - name: AGE") : text.index("  - name: WAIT")]
    errors = [problem for problem in edit(TABLE, gone, "") if problem.severity == "error"]
    assert [(one.line, one.what) for one in errors] == [(14, "'table:lab.STAY' was changed here")]


def test_an_added_field_is_told_alone(edit: Edit) -> None:
    more = (
        "  - {name: NEW, label: {nl: a, fr: b, en: c}, type: date, role: payload, cite: {document: guide, line: 9}}\n"
    )
    (found,) = edit(TABLE, "  - name: AGE\n", f"{more}  - name: AGE\n")
    assert found.line == 14


def test_an_entry_that_is_gone_is_told_in_its_file(root: Path, edit: Edit) -> None:
    (root / "codes" / "stroke.yaml").unlink()
    found = edit("documents.yaml", "own,", "owns,")
    gone = {problem.file: problem.what for problem in found if "is gone" in problem.what}
    assert gone == {
        "catalog/codes/stroke.yaml": "the sealed entry 'codelist:stroke' is gone",
        "catalog/documents.yaml": "the sealed entry 'document:own' is gone",
    }


def test_a_new_entry_needs_no_seal(root: Path) -> None:
    text = SMALL[AGE].replace("id: age", "id: ages")
    (root / "codes" / "ages.yaml").write_text(text, encoding="utf-8")
    assert check(root)[1] == []


def test_a_file_with_faults_is_not_told_twice(edit: Edit) -> None:
    (found,) = edit(TABLE, "type: integer", "type: number")
    assert "wrong value 'number'" in found.what


@pytest.mark.parametrize(
    ("old", "new", "said"), [('"', '"0', "edited by hand or damaged"), ("sealed:", "seal:", "not a known key")]
)
def test_a_damaged_seal_is_told_as_such(edit: Edit, old: str, new: str, said: str) -> None:
    found = edit("seal.yaml", old, new)
    assert {problem.file for problem in found} == {"catalog/seal.yaml"}
    assert any(said in problem.what for problem in found)


def test_a_wrong_catalogue_is_not_sealed(root: Path) -> None:
    (root / "codes" / "age.yaml").unlink()
    with pytest.raises(Problems, match="code list 'age'"):
        seal_catalog(root)


DOSSIER = """\
sizes:
  - {number: 18550, cite: {document: guide, line: 3}}
security:
  - {party: lab, domain: network, text: {nl: de server, fr: le serveur, en: the server}}
"""
TERMS = """\
purpose:
  - {term: "dpv:Research", contains: [research], cite: {document: own}}
  - {term: "dpv:Care", contains: [care], cite: {document: own}}
base: https://one.example/
named: {label: free, year: Jaar}
"""


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("dpv:Care", "dpv:Cure", [3]),
        ("contains: [research]", "contains: [researches]", [2]),
        ("one.example", "two.example", [4]),
        ("year: Jaar", "year: Year", [5]),
        ("label: free", "label: text", []),
        ('  - {term: "dpv:Research", contains: [research], cite: {document: own}}\n', "", [2]),
    ],
)
def test_facts_of_the_files_of_exchange_are_sealed_at_their_line(
    root: Path, edit: Edit, old: str, new: str, lines: list[int]
) -> None:
    (root / "interchange").mkdir()
    (root / "interchange" / "terms.yaml").write_text(TERMS, encoding="utf-8")
    seal_catalog(root)
    assert check(root)[1] == []
    found = edit("interchange/terms.yaml", old, new)
    assert [(one.file, one.line) for one in found] == [("catalog/interchange/terms.yaml", line) for line in lines]


def test_a_file_of_exchange_that_cannot_be_read_is_told(root: Path) -> None:
    (root / "interchange").mkdir()
    (root / "interchange" / "terms.yaml").write_text("purpose: [", encoding="utf-8")
    assert any("not valid YAML" in problem.what for problem in check(root)[1])
    with pytest.raises(Problems, match="not valid YAML"):
        seal_catalog(root)


@pytest.mark.parametrize(
    ("name", "text", "old", "new", "line"),
    [
        ("dossier", DOSSIER, "18550", "18560", 2),
        ("dossier", DOSSIER, "domain: network", "domain: access", 4),
        ("dossier", DOSSIER, "de server", "een server", 4),  # the words of a measure are what is known of it
        ("estimate", "rows: 127031\npersons: 120473\n", "120473", "120743", 2),
    ],
)
def test_what_a_study_tells_on_paper_is_sealed_at_its_line(
    name: str, text: str, old: str, new: str, line: int, root: Path, edit: Edit
) -> None:
    path = root / "studies" / "one" / f"{name}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert check(root)[1] == [], "a new file needs no seal"
    seal_catalog(root)
    place = f"studies/one/{name}.yaml"
    assert [(one.file, one.line) for one in edit(place, old, new)] == [(f"catalog/{place}", line)]


def test_words_of_documents_and_facts_of_exchange_stand_in_the_seal_of_the_catalogue(repo_root: Path) -> None:
    catalog = repo_root / "catalog"
    sealed = read_source(catalog / "seal.yaml", repo_root).data["sealed"]
    wanted = {"request.yaml"} | {f"interchange/{path.name}" for path in (catalog / "interchange").glob("*.yaml")}
    told = {
        f"studies/{path.parent.name}/{path.name}"
        for name in ("dossier", "estimate") for path in catalog.glob(f"studies/*/{name}.yaml")
    }  # fmt: skip
    assert len(wanted) > 5 and len(told) == 14 and wanted | told <= set(sealed)
