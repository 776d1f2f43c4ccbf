"""Random edits, through the review, into the files: the catalogue then says what they said, no more.

The rows are handed over without a workbook in between, so that many edits can be tried on the real catalogue.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from workbench.catalog import Catalog, load_catalog
from workbench.interchange import Changes, apply_changes, excel_read, patch_of, read_excel_changes
from workbench.interchange.changes import Key, rows_of
from workbench.interchange.excel_open import Sheet
from workbench.interchange.excel_write import headings
from workbench.interchange.sections import CODES, FIELDS, SECTIONS, columns_of, section_named

WORDS = ["x", "a: b", "# c", "'", '"', "= 1", "é", "- d", "yes", "12", "{e}", "null", "two  words", "I63.-"]
LEFT_ALONE = ("type", "role", "kind", "cite.document", "provider", "codes", "keys", "references", "length")


def sheets(rows: list[tuple[Key, dict[str, str]]]) -> dict[str, Sheet]:
    """Rows as the sheets of a workbook without the hidden one."""
    found = {section.name: Sheet(headings(section), []) for section in SECTIONS}
    for key, cells in rows:
        values = {section_named(key.section).parent: key.parent, **cells}
        sheet = found[key.section]
        sheet.rows.append((len(sheet.rows) + 2, [values[name] for name in sheet.names]))
    return found


def changes_of(
    rows: list[tuple[Key, dict[str, str]]], catalog: Catalog, root: Path, patch: pytest.MonkeyPatch
) -> Changes:
    with patch.context() as inner:
        inner.setattr(excel_read, "open_workbook", lambda path: (sheets(rows), []))
        return read_excel_changes(catalog, Path("edited.xlsx"), root)


def edit(rows: list[tuple[Key, dict[str, str]]], chance: random.Random) -> None:
    """One random edit: a text changed or emptied, an entry removed, an entry added beside another."""
    at = chance.randrange(len(rows))
    key, cells = rows[at]
    section = section_named(key.section)
    kind = chance.random()
    if kind < 0.7 or section not in (FIELDS, CODES):
        columns = [c for c in columns_of(section.model, without=section.inside) if c.name not in section.ids]
        # A label that is not there is not made by filling in one of its languages.
        for whole, first in (("cite.", "cite.document"), ("definition.", "definition.nl")):
            columns = [c for c in columns if cells.get(first) or not c.name.startswith(whole)]
        column = chance.choice([c for c in columns if c.name not in LEFT_ALONE])
        value = chance.choice(WORDS)
        if column.kind == "number":
            value = str(chance.randrange(3000))
        elif column.kind == "numbers":
            value = "2015; 2017"
        elif column.kind == "boolean":
            value = chance.choice(["true", "false"])
        elif column.kind == "list":
            value = f"{value}; {chance.choice(WORDS)}"
        elif column.kind == "other":
            value = chance.choice(["{a: 1}", '{b: "c: d", e: [1, 2]}'])
        rows[at] = (key, cells | {column.name: value if column.required or chance.random() < 0.8 else ""})
    elif kind < 0.85:
        new = f"NEW_{chance.randrange(10**9)}"
        rows.insert(at + 1, (key._replace(ids=(new, "", "")), cells | {section.ids[0]: new, "from": "", "to": ""}))
    elif section is CODES:
        del rows[at]


def comments(root: Path) -> list[str]:
    lines = (line.strip() for path in root.rglob("*.yaml") for line in path.read_text("utf-8").splitlines())
    return sorted(line for line in lines if line.startswith("#"))


def data(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_arrive_in_the_files(
    real: Catalog, real_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    root, chance = tmp_path / "catalog", random.Random(seed)
    shutil.copytree(real_root, root)
    rows = [(key, dict(cells)) for key, cells in rows_of(real).items()]
    for _ in range(3):
        edit(rows, chance)
    found = changes_of(rows, real, root, monkeypatch)
    assert found.problems == ()
    before, kept = data(root), comments(root)
    patch = patch_of(found, real, root)
    assert data(root) == before, "a patch only shows"
    apply_changes(found, real, root)
    after = load_catalog(root)
    again = changes_of(rows, after, root, monkeypatch)
    assert again.changes == () and again.problems == ()
    assert comments(root) == kept
    lines = [line for line in patch.splitlines() if line[:3] not in ("---", "+++")]
    touched = [line for line in lines if line.startswith(("-", "+"))]
    assert 0 < len(touched) <= 40 * 12, "a patch shows what changes and little more"


def test_files_to_model_to_files_is_identical(
    real: Catalog, real_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model written back into the files it came from changes no byte of them."""
    root = tmp_path / "catalog"
    shutil.copytree(real_root, root)
    before = data(root)
    rows = [(key, dict(cells)) for key, cells in rows_of(real).items()]
    found = changes_of(rows, real, root, monkeypatch)
    assert found == Changes(())
    assert apply_changes(found, real, root) == [] and patch_of(found, real, root) == ""
    assert data(root) == before


def test_a_catalogue_made_from_rows_alone_is_the_same(
    real: Catalog, real_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables and code lists removed and written anew from the rows: the model is equal, entry by entry."""
    root = tmp_path / "catalog"
    shutil.copytree(real_root, root)
    for folder in ("tables", "codes"):
        shutil.rmtree(root / folder)
    for name in ("derived.yaml", "parties.yaml", "documents.yaml", "services.yaml"):
        (root / name).unlink()
    for folder in ("indicators", "policies", "life_tables"):
        shutil.rmtree(root / folder)
    empty = load_catalog(root)
    rows = [(key, dict(cells)) for key, cells in rows_of(real).items()]
    apply_changes(changes_of(rows, empty, root, monkeypatch), empty, root)
    again = load_catalog(root)
    assert (again.tables, again.codes) == (real.tables, real.codes)
    assert (again.derived, again.parties, again.documents) == (real.derived, real.parties, real.documents)
