"""Synthetic extracts leave the workbench as parties send them, and pass the check of what comes in."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from workbench.catalog import load_catalog
from workbench.errors import WorkbenchError
from workbench.interchange.delivery import check_delivery
from workbench.interchange.selfreg import receive, selfreg_facts
from workbench.main.extracts import deliver
from workbench.main.runs import synthesise

STUDIES = ("stroke-selfreg-2022", "stroke-care", "intego")


@pytest.fixture(scope="module")
def data(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("extracts") / "data"
    synthesise(out, 1000, 3, "stroke-care", repo_root / "catalog", None, STUDIES)
    return out


def rows_of(data: Path, ref: str) -> int:
    return sum(pq.read_metadata(path).num_rows for path in data.glob(f"parties/*/{ref.rpartition('.')[2]}.parquet"))


@pytest.mark.parametrize("study", STUDIES)
def test_every_row_is_sent_once_and_nothing_is_wrong_with_it(
    study: str, data: Path, repo_root: Path, tmp_path: Path
) -> None:
    root = repo_root / "catalog"
    catalog = load_catalog(root)
    sent = deliver(study, data, tmp_path / "out", root)
    for one in sent:
        folder = tmp_path / "out" / one.party
        table = one.table.rpartition(".")[2]
        assert one.rows == rows_of(data, one.table) > 0
        if one.form == "XML":
            found = receive(folder, selfreg_facts(one.table, catalog, root), catalog, tmp_path / "db")
            assert all(file.taken for file in found) and sum(file.rows for file in found) == one.rows
            continue
        files = list(folder.glob(f"*-{table}-*.TXT" if one.form == "MZG text" else f"{one.table}.csv"))
        assert len(files) == one.files
        if one.party == "ima":
            continue  # the synthetic lines have the fields that studies ask for, and not all of the table
        reports = [check_delivery(file, one.table, catalog, root=root) for file in files[:5]]
        assert all(report.fine for report in reports), [report.faults for report in reports]
    forms = {one.form for one in sent}
    assert (
        forms == {"stroke-care": {"MZG text", "CSV"}, "intego": {"CSV"}, "stroke-selfreg-2022": {"XML", "CSV"}}[study]
    )


def test_the_two_streams_of_a_practice_share_a_reference_and_nothing_else(
    data: Path, repo_root: Path, tmp_path: Path
) -> None:
    deliver("intego", data, tmp_path / "out", repo_root / "catalog")
    heads = [path.read_text().splitlines()[0].replace('"', "").split(",") for path in sorted(tmp_path.rglob("*.csv"))]
    assert len(heads) == 2 and set(heads[0]) & set(heads[1]) == {"registration_code"}
    assert "NISS" in heads[0] and "NISS" not in heads[1]


def test_a_folder_with_something_in_it_is_left_alone(data: Path, repo_root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(WorkbenchError, match="is not empty"):
        deliver("intego", data, tmp_path, repo_root / "catalog")
    with pytest.raises(WorkbenchError, match="is missing: make the data"):
        deliver("intego", tmp_path, tmp_path / "out", repo_root / "catalog")
