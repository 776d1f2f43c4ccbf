"""JSON, CSV and data package: complete, described, readable by others, and without a second list of keys."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import openpyxl
import pytest

from tests.interchange.small import OTHER
from tests.interchange.test_excel import changed, edits
from workbench.catalog import Catalog, CodeList, Derived, Field, Party, Table, load_catalog
from workbench.catalog.model import Document
from workbench.errors import WorkbenchError
from workbench.interchange import FORMATS, export_catalog, json_schema, patch_of
from workbench.interchange.sections import DERIVED, FIELDS, data_from
from workbench.paper.spreadsheet import restored

LISTS = {"tables": Table, "code_lists": CodeList, "derived": Derived, "parties": Party, "documents": Document}


def exported(catalog: Catalog, name: Any, folder: Path, root: Path) -> str:
    out = folder / f"out.{name}"
    assert export_catalog(catalog, name, out, root) == []
    return out.read_bytes().decode("utf-8")


def without_refs(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_refs(one) for key, one in value.items() if key != "ref"}
    return [without_refs(one) for one in value] if isinstance(value, list) else value


def test_json_holds_the_whole_catalogue(real: Catalog, real_root: Path, tmp_path: Path) -> None:
    """Read back by the models it gives the same entries; the schema takes it, and takes nothing else."""
    data = json.loads(exported(real, "json", tmp_path, real_root))
    held = {"tables": real.tables, "code_lists": real.codes, "derived": real.derived}
    held |= {"parties": real.parties, "documents": real.documents}
    for key, model in LISTS.items():
        assert [model.model_validate(without_refs(one)) for one in data[key]] == list(held[key].values())
        assert [one["ref"] for one in data[key]] == list(held[key])
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    refs = [field["ref"] for table in data["tables"] for field in table["fields"]]
    assert all(real.field(ref) is not None for ref in refs)
    data["tables"][0]["fields"][0]["colour"] = "blue"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


def test_csv_has_every_variable_in_one_row_with_all_columns(real: Catalog, real_root: Path, tmp_path: Path) -> None:
    text = exported(real, "csv", tmp_path, real_root)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    fields = [f"{table.ref}.{field.name}" for table in real.tables.values() for field in table.fields]
    assert [row["ref"] for row in rows] == fields + [f"derived.{name}" for name in real.derived]
    for row in rows:
        cells = {name: restored(cell) for name, cell in row.items()}
        if cells["table"]:
            found = Field.model_validate(data_from(cells, FIELDS.columns))
            assert found == real.field(row["ref"])
            assert cells["table.grain"] == real.tables[f"{cells['source']}.{cells['table']}"].grain
        else:
            assert Derived.model_validate(data_from(cells, DERIVED.columns)) == real.derived[cells["name"]]


def test_the_data_package_is_valid(real: Catalog, real_root: Path, tmp_path: Path) -> None:
    out = tmp_path / "package"
    export_catalog(real, "datapackage", out, real_root)
    report = frictionless.validate(str(out / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])[:5]
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names)) == 1 + len(real.tables) + len(real.codes)
    by_ref = {resource.get("ref"): resource for resource in package["resources"]}
    for ref, table in real.tables.items():
        schema = by_ref[ref]["schema"]
        assert [field["name"] for field in schema["fields"]] == [field.name for field in table.fields]
        assert schema["primaryKey"] == list(table.keys)


GOOD = "001,2019,1,7,2020-02-29,29.74,A,x,ABCDEFG,ABCDEFG"


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        (GOOD, []),
        (GOOD.replace("001", ""), ["constraint-error", "primary-key"]),
        (GOOD.replace(",A,", ",B,"), ["constraint-error"]),
        (GOOD.replace(",x,", ",é,"), []),  # its code list is a working list
        (GOOD.replace("2020-02-29", "2020-02-30"), ["type-error"]),
        (GOOD.replace(",7,", ",seven,"), ["type-error", "primary-key"]),
        (GOOD.replace("001", "0012"), ["constraint-error"]),
    ],
)
def test_a_filled_package_is_checked(small: Catalog, root: Path, tmp_path: Path, row: str, kinds: list[str]) -> None:
    """What the schemas say is what the catalogue says: rows that break it are found by another program."""
    out = tmp_path / "package"
    export_catalog(small, "datapackage", out, root)
    file = out / "tables/mzg.TINY.csv"
    with file.open("a", encoding="utf-8", newline="") as opened:
        opened.write(f"{row}\r\n")
    report = frictionless.validate(str(out / "datapackage.json"))
    assert {kind for (kind,) in report.flatten(["type"])} <= set(kinds)
    assert report.valid == (not kinds)


def test_a_patch_can_be_applied_by_git(small: Catalog, root: Path, tmp_path: Path) -> None:
    found = changed(small, root, edits, tmp_path)
    patch = tmp_path / "edit.patch"
    patch.write_bytes(patch_of(found, small, root).encode())
    command = ["git", "apply", "--verbose", str(patch)]
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    done = subprocess.run(command, cwd=root.parent, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert not (root / "codes/chosen.yaml").exists() and (root / "tables/test/MORE.yaml").exists()
    assert "Otherwise: said." in (root / "derived.yaml").read_text("utf-8")


def test_a_new_table_is_one_new_file(root: Path, real_root: Path, tmp_path: Path) -> None:
    """No code and no second list: the table is in every format as soon as its file is there."""
    (root / "tables/fresh").mkdir()
    (root / "tables/fresh/EXTRA.yaml").write_text(
        OTHER.replace("OTHER", "EXTRA").replace("source: test", "source: fresh"), encoding="utf-8"
    )
    shutil.copy(real_root / "interchange/healthdcat.yaml", root / "interchange")
    catalog = load_catalog(root)
    for name in FORMATS:
        export_catalog(catalog, name, tmp_path / name, root)
    for name in ("json", "csv", "healthdcat"):
        assert "fresh.EXTRA.NR" in (tmp_path / name).read_text("utf-8")
    assert (tmp_path / "datapackage/tables/fresh.EXTRA.csv").read_text() == "ID,NR\n"
    shutil.copy(tmp_path / "xlsx", tmp_path / "new.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "new.xlsx")["fields"]
    assert "fresh.EXTRA" in {cell.value for cell in sheet["A"]}


def test_an_unknown_format_is_refused(small: Catalog, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="'pdf' is no format"):
        export_catalog(small, "pdf", tmp_path / "x")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_a_place_that_cannot_be_written_is_said(real: Catalog, real_root: Path, tmp_path: Path, name: Any) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkbenchError, match="cannot be written"):
        export_catalog(real, name, tmp_path / "file" / "out", real_root)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_light_formats_do_not_load_heavy_libraries() -> None:
    code = "import sys, workbench.interchange.export; print('rdflib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
