"""The catalogue's reader on a small catalogue made here: one case per way of being wrong, and all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.catalog import Catalog, Field, Table, load_catalog
from workbench.catalog.load import read_catalog
from workbench.catalog.salvage import salvage
from workbench.catalog.source import SourceFile, read_source
from workbench.errors import Problem, Problems

LABEL = "{nl: a, fr: b, en: c}"
CITE = "{document: paper, line: 1}"
FILES = {
    "documents.yaml": "documents:\n  - {id: paper, title: A paper}\n",
    "parties.yaml": (f"parties:\n  - {{id: lab, label: {LABEL}, organisation: L, kind: source, cite: {CITE}}}\n"),
    "derived.yaml": (
        f"derived:\n  - {{name: Age, label: {LABEL}, type: integer, role: payload, codes: sex,\n"
        f"     explanation: e, aliases: [AGE_OLD], cite: {CITE}}}\n"
    ),
    "tables/lab/TEST.yaml": f"""\
table: TEST
source: lab
label: {LABEL}
grain: one row per test
keys: [ID]
provider: lab
cite: {CITE}
fields:
  - name: ID
    label: {LABEL}
    type: string
    role: linkage
    cite: {CITE}
  - name: SEX
    label: {LABEL}
    type: string
    codes: sex
    role: quasi_identifier
    aliases: [SEKS]
    cite: {CITE}
""",
    "codes/sex.yaml": f"""\
id: sex
label: {LABEL}
system: own
kind: values
cite: {CITE}
entries:
  - {{code: "1", label: {LABEL}}}
  - {{from: "3", to: "5", label: {LABEL}, cite: {CITE}}}
""",
    "policies/cells.yaml": f"id: cells\nthreshold: 5\ncite: {CITE}\n",
}


Edit = tuple[str, str, str]  # file, text, other text
Check = Callable[..., list[Problem]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "catalog"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def check(folder: Path) -> Check:
    def problems(*edits: Edit) -> list[Problem]:
        for name, old, new in edits:
            path = folder / name
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            assert not old or text.count(old) >= 1, f"{old!r} is not in {name}"
            path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")
        return sorted(read_catalog(folder)[1])

    return problems


TABLE, CODES, DERIVED = "tables/lab/TEST.yaml", "codes/sex.yaml", "derived.yaml"


def test_the_small_catalogue_has_no_problem(folder: Path) -> None:
    catalog = load_catalog(folder)
    assert list(catalog.tables) == ["lab.TEST"]
    assert catalog.field("lab.TEST.SEX") == catalog.tables["lab.TEST"].field("SEX")
    assert catalog.field("lab.TEST.NO") is None and catalog.field("no.SUCH.SEX") is None
    assert catalog.places["field:lab.TEST.SEX"].line == 14
    assert catalog.places["table:lab.TEST"].file == "catalog/tables/lab/TEST.yaml"


def test_official_names_and_hints(folder: Path) -> None:
    catalog = load_catalog(folder)
    assert catalog.official("SEKS") == "SEX" and catalog.official("AGE_OLD") == "Age"
    assert catalog.official("SEX") == "SEX"
    assert catalog.hint("lab.TEST.SEKS") == "use lab.TEST.SEX"
    assert catalog.hint("lab.TEST.ZZZ") == "correct the reference"


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        (TABLE, "provider: lab", "provider: bureau", 6, "it names party 'bureau'"),
        (TABLE, "keys: [ID]", "keys: [ID, NR]", 5, "it names key field 'NR'"),
        (TABLE, "codes: sex", "codes: gender", 17, "it names code list 'gender'"),
        (TABLE, "name: SEX", "name: ID", 14, "it names field 'ID' a second time"),
        (TABLE, "string\n    codes", "text\n    codes", 16, "'fields.1.type' has a wrong value 'text'"),
        (TABLE, "    role: linkage\n", "", 9, "'fields.0.role' is missing"),
        (TABLE, "role: linkage", "rol: x\n    role: linkage", 12, "'fields.0.rol' is not a known key"),
        (TABLE, "grain: one row", "grain: x\ngrain: one row", 5, "'grain' is given twice"),
        (TABLE, "cite: {document: paper", "cite: {document: book", 7, "it names document 'book'"),
        (TABLE, "table: TEST", "table: ../TEST", 1, "begins with a letter and has letters"),
        (TABLE, "aliases: [SEKS]", "aliases: SEKS", 19, "'fields.1.aliases' has a wrong value 'SEKS'"),
        (CODES, 'code: "1", ', "", 7, "it is neither one code nor a range of codes"),
        (CODES, 'code: "1"', 'code: "1", to: "2"', 7, "'code' stands beside 'from' or 'to'"),
        (CODES, 'to: "5"', 'to: "55"', 8, "3 to 55 is no range of codes of one length"),
        (CODES, 'to: "5"', 'to: "2"', 8, "3 to 2 is no range of codes of one length"),
        (CODES, "entries:\n", "entries:\n  - 7\n", 7, "'entries.0' has a wrong value 7"),
        (CODES, "fr: b, en: c}}", "en: c}}", 7, "'entries.0.label.fr' is missing"),
        (CODES, "paper, line: 1}}\n", "book, line: 1}}\n", 8, "it names document 'book'"),
        (CODES, "kind: values", "kind: [values", 5, "this is not valid YAML"),
        (DERIVED, "codes: sex", "codes: gender", 2, "it names code list 'gender'"),
        (DERIVED, "derived:", "variables:", 1, "'derived' is not a list"),
        ("parties.yaml", "kind: source", "kind: sauce", 2, "'kind' has a wrong value 'sauce'"),
        ("parties.yaml", "id: lab", "id: ../lab", 2, "begins with a letter"),
        ("policies/cells.yaml", "threshold: 5", "threshold: few", 2, "'threshold' has a wrong value 'few'"),
        ("policies/cells.yaml", "", "", 1, "the file is empty"),
        ("codes/tex.yaml", "", FILES[CODES], 1, "exists already. it stands in catalog/codes/sex.yaml:1"),
    ],
)  # fmt: skip
def test_one_fault_gives_one_problem(file: str, old: str, new: str, line: int, words: str, check: Check) -> None:
    problems = [problem for problem in check((file, old, new)) if problem.file == f"catalog/{file}"]
    assert [problem.line for problem in problems] == [line], "\n".join(map(str, problems))
    assert words in str(problems[0])


def test_all_faults_of_all_files_at_once(check: Check, folder: Path) -> None:
    edits = [
        (TABLE, "keys: [ID]", "keys: [ID, NR]"),
        (TABLE, "    role: linkage\n", ""),
        (TABLE, "grain: one row", "grain: x\ngrain: one row"),
        (CODES, 'to: "5"', 'to: "2"'),
        (DERIVED, "type: integer", "type: number"),
        ("parties.yaml", "cite: {document: paper", "cite: {document: book"),
        ("policies/cells.yaml", "threshold: 5", "threshold: few"),
    ]
    problems = check(*edits)
    assert len(problems) == len(edits), "\n".join(map(str, problems))
    with pytest.raises(Problems) as caught:
        load_catalog(folder)
    assert list(caught.value.problems) == problems and caught.value.exit_code == 2


def test_there_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="there is no catalogue folder here"):
        load_catalog(tmp_path / "nowhere")


def test_text_that_is_not_utf8_and_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / CODES).write_bytes(b"id: sex\nlabel: \xff\n")
    (folder / "codes" / "gone.yaml").symlink_to(folder / "nowhere.yaml")
    said = [str(problem) for problem in read_catalog(folder)[1] if problem.file.startswith("catalog/codes")]
    assert any("sex.yaml:2: the file is not UTF-8 text" in words for words in said)
    assert any("gone.yaml:1: the file cannot be read" in words for words in said)


def test_the_line_of_an_entry_or_of_what_holds_it(folder: Path) -> None:
    source = read_source(folder / TABLE, folder)
    assert source.name == TABLE
    assert source.line(("fields", 1, "codes")) == 17
    assert source.line(("fields", 1, "length")) == 14  # not given: the field it would belong to
    assert source.line(("nothing",)) == 1


def test_what_is_right_is_kept_of_what_is_wrong(folder: Path) -> None:
    source = read_source(folder / TABLE, folder)
    data = source.data
    data["fields"][0]["type"] = "text"
    data["fields"].append(3)
    data["keys"] = "ID"
    data["surplus"] = True
    kept = salvage(Table, data, source)
    assert kept is not None
    assert (kept.table, kept.keys, len(kept.fields)) == ("TEST", (), 3)
    assert kept.fields[0].name == "ID" and kept.fields[0].type == "string"  # the first type stands for a blank
    assert isinstance(kept.fields[1], Field) and kept.fields[1].codes == "sex"
    assert {problem.what.split("'")[1] for problem in source.problems} == {
        "fields.0.type", "fields.2", "keys", "surplus",
    }  # fmt: skip
    assert source.left_out(("keys",)) and source.left_out(("fields", 0, "type"))
    assert source.left_out(("fields", 2, "name")) and not source.left_out(("fields", 1))


def test_nothing_can_be_kept_of_what_is_no_mapping() -> None:
    source = SourceFile("a.yaml")
    assert salvage(Table, ["TEST"], source) is None
    assert len(source.problems) == 1


def test_the_catalogue_cannot_be_changed(folder: Path) -> None:
    catalog: Catalog = load_catalog(folder)
    with pytest.raises(ValueError, match="frozen"):
        catalog.tables["lab.TEST"].table = "OTHER"
