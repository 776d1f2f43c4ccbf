"""What is taken along is whole or not there, whichever act of writing finds no room or is the last of its process."""

from __future__ import annotations

import signal
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import Fault, beside
from tests.interchange.small import write_small
from tests.main.test_release_exports import STUDY
from workbench.catalog import Catalog, load_catalog
from workbench.interchange import export_catalog
from workbench.interchange.released import Released, ReleasedTable, export_released, released_facts
from workbench.main.audits import back_up, exported
from workbench.publish import load_collections
from workbench.state import open_state

Make = Callable[[Path], object]


@pytest.fixture(scope="module")
def makes(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Make]:
    """Everything that writes what leaves the house, by the name of its file or folder."""
    root, folder = repo_root / "catalog", tmp_path_factory.mktemp("made")
    small = load_catalog(write_small(folder / "small"))
    released = told(small, root)
    state = open_state(folder / "state")
    state.audit.write("an", "login", "an")
    state.close()
    return {
        "catalogue.json": lambda out: export_catalog(small, "json", out),
        "catalogue.csv": lambda out: export_catalog(small, "csv", out),
        "catalogue.xlsx": lambda out: export_catalog(small, "xlsx", out),
        "catalogue/datapackage.json": lambda out: export_catalog(small, "datapackage", out.parent),
        "release.xlsx": lambda out: export_released(released, "xlsx", out, small, root),
        "release": lambda out: export_released(released, "csv", out, small, root),
        "package": lambda out: export_released(released, "datapackage", out, small, root),
        "log.jsonl": lambda out: exported(folder / "state", out),
        "monday.zip": lambda out: back_up(folder / "state", out),
    }


def told(catalog: Catalog, root: Path) -> Released:
    facts, label = released_facts(root), load_collections(root)[STUDY].label
    row = {field.name: None for field in facts.columns} | {"withheld": False, "n": 7}
    tables = [catalog.tables["mzg.TINY"].model_copy(update={"table": name, "fields": facts.columns}) for name in "ab"]
    made = [ReleasedTable(table, "all", [row]) for table in tables]
    return Released(STUDY, 1, "2026-01-01T00:00:00+00:00", "c", "r", label, label, "VIKZ", "", [], made)


NAMES = (
    "catalogue.json", "catalogue.csv", "catalogue.xlsx", "catalogue/datapackage.json", "release.xlsx", "release",
    "package", "log.jsonl", "monday.zip",
)  # fmt: skip


def content(out: Path) -> dict[str, int]:
    """Files with their sizes in blocks; of a backup, whose log grows with each, that its parts can be unpacked."""
    if out.suffix == ".zip":
        with zipfile.ZipFile(out) as packed:
            return {name: int(packed.testzip() is None) for name in packed.namelist()}
    files = [out] if out.is_file() else sorted(out.rglob("*"))
    return {path.relative_to(out.parent).as_posix(): path.stat().st_size // 64 for path in files}


@pytest.mark.parametrize("fault", ["full", pytest.param("kill", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", NAMES)
def test_an_export_is_whole_or_not_there(name: str, fault: Fault, makes: dict[str, Make], tmp_path: Path) -> None:
    make, whole = makes[name], tmp_path / "whole" / name
    whole.parent.mkdir(parents=True)
    acts = beside(lambda: make(whole), whole.parent).acts
    assert whole.exists() and acts > 0
    for at in range(acts):
        out = tmp_path / str(at) / name
        out.parent.mkdir(parents=True)
        ended = beside(lambda out=out: make(out), out.parent, fault, at)  # type: ignore[misc]
        assert not out.exists() or (not ended.error and content(out) == content(whole)), f"half of it, at act {at}"
        if fault == "full":
            assert not ended.error or "Make room" in ended.said or "Choose another place" in ended.said, ended
        else:
            assert ended.signal == signal.SIGKILL
        if not out.exists():
            make(out)
        assert content(out) == content(whole), "and made again in the same place it is whole"
