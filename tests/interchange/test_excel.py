"""The Excel workbook: imported as it was exported it changes nothing; every edit is seen."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from workbench.catalog import Catalog, load_catalog
from workbench.errors import Problems
from workbench.interchange import Changes, apply_changes, export_catalog, patch_of, read_excel_changes

Edit = Callable[[Any], None]
LABEL = {"label.nl": "n", "label.fr": "f", "label.en": "e", "cite.document": "own"}


def names(sheet: Worksheet) -> list[str]:
    return [str(cell.value).removesuffix(" *") for cell in sheet[1]]


def find(sheet: Worksheet, **wanted: str) -> int:
    """The row whose cells have these values."""
    heads = names(sheet)
    for row in sheet.iter_rows(min_row=2):
        cells = {name: cell.value for name, cell in zip(heads, row, strict=True)}
        if all(cells[name] == value for name, value in wanted.items()):
            return int(row[0].row)
    raise LookupError(wanted)


def put(sheet: Worksheet, row: int, **cells: object) -> None:
    for name, value in cells.items():
        sheet.cell(row, names(sheet).index(name) + 1).value = value


def add(sheet: Worksheet, row: int, **cells: object) -> None:
    sheet.insert_rows(row)
    put(sheet, row, **cells)


def changed(catalog: Catalog, root: Path, edit: Edit, folder: Path) -> Changes:
    """What an edit of the exported workbook would change."""
    path = folder / "catalogue.xlsx"
    export_catalog(catalog, "xlsx", path, root)
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return read_excel_changes(catalog, path, root)


def test_no_edit_is_no_change(real: Catalog, real_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xlsx"
    assert export_catalog(real, "xlsx", path) == []
    found = read_excel_changes(real, path, real_root)
    assert (found.changes, found.problems, found.review()) == ((), (), "no change")


def test_sorted_rows_are_no_change(small: Catalog, root: Path, tmp_path: Path) -> None:
    def shuffle(book: Any) -> None:
        for name in ("tables", "fields", "code lists", "parties"):
            sheet = book[name]
            rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
            random.Random(1).shuffle(rows)
            for number, row in enumerate(rows, start=2):
                for at, value in enumerate(row, start=1):
                    sheet.cell(number, at).value = value

    found = changed(small, root, shuffle, tmp_path)
    assert (found.changes, found.problems) == ((), ())


def test_a_person_can_read_it(small: Catalog, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xlsx"
    export_catalog(small, "xlsx", path, root)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:5] == ["guide", "tables", "fields", "code lists", "codes"]
    fields = book["fields"]
    assert fields.freeze_panes == "C2" and fields.auto_filter.ref.startswith("A1:")
    row = {name: fields.cell(find(fields, name="CODE"), at) for at, name in enumerate(names(fields), start=1)}
    assert row["aliases"].value == '["KODE", "CO DE; broken"]'
    assert row["length"].value == "1" and row["length"].number_format == "@", "a code is no number"
    assert row["cite.line"].value == 7
    assert row["mandatory"].value == "true"
    listed = [str(one.sqref) for one in fields.data_validations.dataValidation]
    assert f"{row['role'].column_letter}2:{row['role'].column_letter}10000" in listed
    assert fields["A1"].value == "table *" and fields["A1"].font.bold


def test_no_cell_is_a_formula(root: Path, tmp_path: Path) -> None:
    """Texts that would run in a spreadsheet stay texts, in Excel and in CSV, and come back unchanged."""
    evil = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\\t=1", "=HYPERLINK(1)", "'=1"]
    file = root / "codes/closed.yaml"
    entries = "".join(
        f'  - {{code: "{n}{n}", label: {{nl: "{t}", fr: "{t}", en: "{t}"}}}}\n' for n, t in enumerate(evil)
    )
    file.write_text(file.read_text() + entries, encoding="utf-8")
    catalog, path = load_catalog(root), tmp_path / "catalogue.xlsx"
    export_catalog(catalog, "xlsx", path, root)
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.value is None or cell.data_type == "n" or cell.quotePrefix, cell.value
    assert read_excel_changes(catalog, path, root).changes == ()


def edits(book: Any) -> None:
    fields, codes = book["fields"], book["codes"]
    put(fields, find(fields, name="DAY"), **{"unit": "day", "available.from": "", "available.gaps": "2015"})
    put(fields, find(fields, name="KEY"), **{"label.en": 'the "number": #1', "aliases": "ONE; TWO"})
    fields.delete_rows(find(fields, name="LONG"))
    row = find(fields, name="AMOUNT")
    add(fields, row, table="mzg.TINY", name="NEW", type="string", role="payload", length="3", **LABEL)
    put(codes, find(codes, code="A"), attributes="{group: x, score: 3}")
    codes.delete_rows(find(codes, code="1", list="closed"))
    add(
        codes,
        find(codes, code="é"),
        list="closed",
        code="01",
        **{k: v for k, v in LABEL.items() if "label" in k},
    )
    tables, lists = book["tables"], book["code lists"]
    new = {"table": "MORE", "source": "test", "grain": "one row: always", "keys": "ID", "provider": "holder"}
    add(tables, 2, **new, **LABEL)
    add(fields, 2, table="test.MORE", name="ID", type="bigint", role="direct_identifier", **LABEL)
    lists.delete_rows(find(lists, id="chosen"))
    for _ in range(3):
        codes.delete_rows(find(codes, list="chosen"))
    put(book["derived"], 2, explanation="Otherwise: said.")
    add(book["parties"], 3, id="second", organisation="Second", kind="researcher", **LABEL)


EXPECTED = """\
catalog/codes/chosen.yaml:1: removed code lists: chosen
catalog/codes/closed.yaml:7: removed codes: closed: 1
catalog/tables/mzg/TINY.yaml:69: removed fields: mzg.TINY.LONG
catalog/tables/test/MORE.yaml:1: added tables: test.MORE
catalog/tables/test/MORE.yaml:1: added fields: test.MORE.ID
catalog/tables/mzg/TINY.yaml:38: added fields: mzg.TINY.NEW
catalog/codes/closed.yaml:8: added codes: closed: 01
catalog/parties.yaml:2: added parties: second
catalog/tables/mzg/TINY.yaml:32: changed fields: mzg.TINY.KEY: label.en: 'number' -> 'the "number": #1'
catalog/tables/mzg/TINY.yaml:31: changed fields: mzg.TINY.KEY: aliases: '' -> 'ONE; TWO'
catalog/tables/mzg/TINY.yaml:38: changed fields: mzg.TINY.DAY: unit: '' -> 'day'
catalog/tables/mzg/TINY.yaml:43: changed fields: mzg.TINY.DAY: available.from: '2012' -> ''
catalog/tables/mzg/TINY.yaml:43: changed fields: mzg.TINY.DAY: available.gaps: '2015; 2017' -> '2015'
catalog/codes/closed.yaml:8: changed codes: closed: A: attributes: '{group: x, score: 2, since: 2012-01-01}' \
-> '{group: x, score: 3}'
catalog/derived.yaml:8: changed derived: LOS: explanation: 'Days between admission and discharge.' \
-> 'Otherwise: said.'"""


def test_edits_are_reviewed_and_applied(small: Catalog, root: Path, tmp_path: Path) -> None:
    found = changed(small, root, edits, tmp_path)
    assert found.problems == ()
    assert sorted(found.review().splitlines()) == sorted(EXPECTED.splitlines())
    before = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.yaml")}
    patch = patch_of(found, small, root)
    assert {path: path.read_text(encoding="utf-8") for path in root.rglob("*.yaml")} == before, "a patch only shows"
    touched = apply_changes(found, small, root)
    after = load_catalog(root)
    text = (root / "tables/mzg/TINY.yaml").read_text(encoding="utf-8")
    assert "# A comment that must survive every edit." in text and "# the number of the record" in text
    order = [field.name for field in after.tables["mzg.TINY"].fields]
    assert order[4:7] == ["DAY", "NEW", "AMOUNT"] and "LONG" not in order
    assert after.tables["mzg.TINY"].field("DAY").available.gaps == (2015,)  # type: ignore[union-attr]
    assert after.tables["mzg.TINY"].field("KEY").aliases == ("ONE", "TWO")  # type: ignore[union-attr]
    assert [entry.code for entry in after.codes["closed"].entries] == ["A", "01", "é"]
    assert set(after.codes) == {"closed", "working"} and "test.MORE" in after.tables
    assert {str(path.relative_to(root.parent)) for path in touched} == {
        line.split(" b/")[-1] if "+++ b/" in line else line.removeprefix("--- a/")
        for line in patch.splitlines()
        if line.startswith(("+++ b/", "--- a/"))
    }
    removed = [line for line in patch.splitlines() if line.startswith("-") and "TINY" not in line]
    assert not any("sensitive: true" in line for line in removed), "only the lines that change"


def test_what_was_applied_is_in_a_new_export(small: Catalog, root: Path, tmp_path: Path) -> None:
    """Import of the edited workbook into the edited catalogue changes nothing any more."""
    found = changed(small, root, edits, tmp_path)
    apply_changes(found, small, root)
    again = read_excel_changes(load_catalog(root), tmp_path / "catalogue.xlsx", root)
    assert again.changes == () and again.problems == ()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda b: put(b["fields"], 3, role="nonsense"), "sheet 'fields': role has 'nonsense'"),
        (lambda b: put(b["fields"], 3, **{"label.fr": ""}), "sheet 'fields': label.fr is empty"),
        (lambda b: put(b["fields"], 3, **{"cite.line": "four"}), "sheet 'fields': cite.line has 'four'"),
        (lambda b: put(b["fields"], 3, note="=1+1"), "has a formula"),
        (lambda b: put(b["fields"], 3, name="CODE_AGR"), "mzg.TINY.CODE_AGR is given twice"),
        (lambda b: put(b["fields"], 3, table="mzg.NONE"), "the row is part of 'mzg.NONE'"),
        (lambda b: put(b["code lists"], 3, id="../../x"), "is no name"),
        (lambda b: put(b["tables"], 2, source="../x"), "sheet 'tables': source has '../x'"),
        (lambda b: put(b["codes"], 2, attributes="{a: "), "sheet 'codes': attributes has"),
        (lambda b: b["fields"].delete_cols(5), "is missing"),
        (lambda b: put(b["fields"], 1, note="remark"), "column 'remark' is not known"),
        (lambda b: b.remove(b["derived"]), "sheet 'derived' is missing"),
    ],
)
def test_what_is_wrong_in_a_workbook_is_said(
    small: Catalog, root: Path, tmp_path: Path, edit: Edit, words: str
) -> None:
    found = changed(small, root, edit, tmp_path)
    assert words in "\n".join(map(str, found.problems))
    assert all(problem.file == "catalogue.xlsx" for problem in found.problems)
    with pytest.raises(Problems):
        apply_changes(found, small, root)


def test_an_edit_that_breaks_the_catalogue_is_refused(small: Catalog, root: Path, tmp_path: Path) -> None:
    """A code list that a field names, removed: the problem has the file and line of the field."""

    def remove(book: Any) -> None:
        book["code lists"].delete_rows(find(book["code lists"], id="working"))
        book["codes"].delete_rows(find(book["codes"], list="working"))

    found = changed(small, root, remove, tmp_path)
    assert found.problems == () and len(found.changes) == 1
    with pytest.raises(Problems, match=r"catalog/tables/mzg/TINY.yaml:66: it names code list 'working'"):
        apply_changes(found, small, root)
    assert (root / "codes/working.yaml").exists()


def test_what_changed_since_the_export_is_not_undone(small: Catalog, root: Path, tmp_path: Path) -> None:
    """A row nobody touched in an old workbook leaves its entry alone; touched on both sides it is refused."""
    found = changed(small, root, lambda b: put(b["fields"], 3, unit="week"), tmp_path)
    assert len(found.changes) == 1
    file = root / "tables/mzg/TINY.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("unit: euro", "unit: cent"), encoding="utf-8")
    moved = read_excel_changes(load_catalog(root), tmp_path / "catalogue.xlsx", root)
    assert moved.problems == () and [change.column for change in moved.changes] == ["unit"]
    file.write_text(file.read_text(encoding="utf-8").replace('"jaar"', '"jaartal"'), encoding="utf-8")
    both = read_excel_changes(load_catalog(root), tmp_path / "catalogue.xlsx", root)
    assert "so has catalog/tables/mzg/TINY.yaml:17 since the export" in str(both.problems[0])


def test_files_that_are_no_workbooks(small: Catalog, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    for data in (b"", b"PK\x03\x04", b"not a workbook" * 100, bytes(range(256))):
        path.write_bytes(data)
        (problem,) = read_excel_changes(small, path, root).problems
        assert "this is not a workbook" in str(problem)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x>" * 10)
        archive.writestr("xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>")
    assert "this is not a workbook" in str(read_excel_changes(small, path, root).problems[0])
    assert "cannot be read" in str(read_excel_changes(small, tmp_path / "none.xlsx", root).problems[0])


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A workbook with some bytes changed, in the archive as it lies or inside one of its parts."""
    spots = range(chance.randrange(1, 20))
    if chance.random() < 0.5:
        whole = bytearray(data)
        for _ in spots:
            whole[chance.randrange(len(whole))] = chance.randrange(256)
        return bytes(whole)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        victim = chance.choice(old.namelist())
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in spots if name == victim else ():
                at = chance.randrange(len(part))
                part[at : at + chance.randrange(3)] = bytes([chance.randrange(32, 127)])
            new.writestr(name, bytes(part))
    return out.getvalue()


def test_a_damaged_workbook_is_read_or_refused(small: Catalog, root: Path, tmp_path: Path) -> None:
    """Never an error of the libraries below; what still reads differs only where the damage is."""
    path, chance = tmp_path / "x.xlsx", random.Random(1)
    export_catalog(small, "xlsx", path, root)
    whole = path.read_bytes()
    outcomes = []
    for _ in range(60):
        path.write_bytes(damaged(whole, chance))
        found = read_excel_changes(small, path, root)
        outcomes.append(bool(found.problems))
        assert len(found.changes) <= 60
    assert True in outcomes and False in outcomes


def test_a_workbook_that_swells_is_refused(small: Catalog, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a", "w", force_zip64=True) as inner,
    ):
        for _ in range(501):
            inner.write(b"\0" * 1_000_000)
    assert "too large when unpacked" in str(read_excel_changes(small, path, root).problems[0])


def test_a_text_too_long_for_a_cell_is_refused(root: Path, tmp_path: Path) -> None:
    file = root / "derived.yaml"
    text = file.read_text(encoding="utf-8").replace("Days between", "Days " * 8000)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match="explanation of LOS is too long"):
        export_catalog(load_catalog(root), "xlsx", tmp_path / "x.xlsx", root)
    assert not list(tmp_path.glob("*x.xlsx"))
