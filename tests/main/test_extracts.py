"""Synthetic extracts leave the workbench as parties send them, and pass the check of what comes in."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from workbench.catalog import load_catalog
from workbench.catalog.rules import riziv
from workbench.errors import Problems, WorkbenchError
from workbench.interchange.delivery import check_delivery
from workbench.interchange.selfreg import receive, selfreg_facts
from workbench.main.deliveries import asked_of, check
from workbench.main.extracts import Delivered, deliver
from workbench.main.runs import synthesise

STUDIES = ("stroke-selfreg-2022", "stroke-care", "intego")


@pytest.fixture(scope="module")
def data(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("extracts") / "data"
    synthesise(out, 1000, 3, "stroke-care", repo_root / "catalog", None, STUDIES)
    return out


Delivery = Callable[[str], tuple[Path, list[Delivered]]]


@pytest.fixture(scope="module")
def delivery(data: Path, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    """What is sent for a study, and where it stands; written once."""

    @cache
    def of(study: str) -> tuple[Path, list[Delivered]]:
        out = tmp_path_factory.mktemp("sent") / "out"
        return out, deliver(study, data, out, repo_root / "catalog")

    return of


def rows_of(data: Path, ref: str) -> int:
    return sum(pq.read_metadata(path).num_rows for path in data.glob(f"parties/*/{ref.rpartition('.')[2]}.parquet"))


def planted(file: Path, table: str) -> dict[tuple[str, str], int]:
    """Bills under another number of a hospital are planted, so that some are lost in linking: no others are wrong."""
    if table != "ima.HEALTH":
        return {}
    with file.open(encoding="utf-8", newline="") as rows:
        wrong = sum(bool(row["SS00075"] and riziv(row["SS00075"])) for row in csv.DictReader(rows))
    assert wrong > 100
    return {("digits", "SS00075"): wrong}


@pytest.mark.parametrize("study", STUDIES)
def test_every_row_is_sent_once_and_nothing_is_wrong_with_it(
    study: str, data: Path, delivery: Delivery, repo_root: Path, tmp_path: Path
) -> None:
    root = repo_root / "catalog"
    catalog = load_catalog(root)
    out, sent = delivery(study)
    for one in sent:
        folder = out / one.party
        table = one.table.rpartition(".")[2]
        assert one.rows == rows_of(data, one.table) > 0
        if one.form == "XML":
            found = receive(folder, selfreg_facts(one.table, catalog, root), catalog, tmp_path / "db")
            assert all(file.taken for file in found) and sum(file.rows for file in found) == one.rows
            continue
        files = list(folder.glob(f"*-{table}-*.TXT" if one.form == "MZG text" else f"{one.table}.csv"))
        assert len(files) == one.files
        # The synthetic lines of IMA have the fields that studies ask for, and not all of the table.
        known = asked_of(one.table, study, root) if one.party == "ima" else catalog
        for file in files[:5]:
            found = {
                (fault.rule, fault.field): fault.count
                for fault in check_delivery(file, one.table, known, root=root).faults
                if fault.severity == "error"
            }
            assert found == planted(file, one.table), (file.name, found)
    forms = {one.form for one in sent}
    assert (
        forms == {"stroke-care": {"MZG text", "CSV"}, "intego": {"CSV"}, "stroke-selfreg-2022": {"XML", "CSV"}}[study]
    )


def test_the_two_streams_of_a_practice_share_a_reference_and_nothing_else(
    delivery: Delivery,
) -> None:
    out, _ = delivery("intego")
    heads = [path.read_text().splitlines()[0].replace('"', "").split(",") for path in sorted(out.rglob("*.csv"))]
    assert len(heads) == 2 and set(heads[0]) & set(heads[1]) == {"registration_code"}
    assert "NISS" in heads[0] and "NISS" not in heads[1]


def test_a_folder_with_something_in_it_is_left_alone(data: Path, repo_root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(WorkbenchError, match="is not empty"):
        deliver("intego", data, tmp_path, repo_root / "catalog")
    with pytest.raises(WorkbenchError, match="is missing: make the data"):
        deliver("intego", tmp_path, tmp_path / "out", repo_root / "catalog")


def test_an_extract_for_a_study_has_what_it_asks_for_and_no_more(
    data: Path, delivery: Delivery, repo_root: Path, tmp_path: Path
) -> None:
    root = repo_root / "catalog"
    sent = delivery("stroke-care")[0] / "ima"
    file, medicines = (Path(shutil.copy(sent / f"ima.{name}.csv", tmp_path)) for name in ("HEALTH", "FARMA"))
    report, loaded = check(file, "ima.HEALTH", None, tmp_path / "db", root, None, "stroke-care")
    assert loaded is None and [one.rule for one in report.faults if one.severity == "error"] == ["digits"]
    report, loaded = check(medicines, "ima.FARMA", None, tmp_path / "db", root, None, "stroke-care")
    assert loaded and [(one.rule, one.severity) for one in report.faults] == [("key", "warning")]
    assert pq.read_metadata(loaded).num_rows == report.rows == rows_of(data, "ima.FARMA")
    with pytest.raises(Problems, match="is missing"):
        check(file, "ima.HEALTH", None, None, root)
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]},SS00155", *(f"{line},1" for line in lines[1:])]) + "\n", encoding="utf-8")
    with pytest.raises(Problems, match="SS00155 is not asked for"):
        check(file, "ima.HEALTH", None, None, root, None, "stroke-care")
    with pytest.raises(WorkbenchError, match="asks for no field of bcr"):
        asked_of(next(ref for ref in load_catalog(root).tables if ref.startswith("bcr.")), "stroke-care", root)
