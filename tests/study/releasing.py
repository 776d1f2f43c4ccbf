"""The release of a run, looked at from outside: its certificate is checked again by the scripts that know no solver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.study.conftest import CATALOG
from workbench.dataflow.graph import Flow
from workbench.main.confidential import confidential_folder
from workbench.main.runs import publish_run
from workbench.publish import Release, load_collections
from workbench.simulate import Run

_CODE = CATALOG.parent / "workbench" / "disclosure"
Row = dict[str, Any]


def certified(flow: Flow, run: Run, home: Path) -> tuple[Release, dict[tuple[str, str, int], Row]]:
    """Publish a run; gives the release and its rows by indicator, hospital and year, after every check that holds for
    the release of any study.
    """
    shelf = home / "releases"
    release = publish_run(flow, run, shelf, CATALOG).release
    certificate = release.certificate()
    assert "outsider" in certificate["verdicts"] and set(certificate["verdicts"].values()) == {"safe"}
    half = confidential_folder(shelf, certificate["witnesses_sha256"])
    assert f"rows_sha256 {certificate['rows_sha256']}\naccepted\n" == _again(_CODE / "recheck.py", half)
    if certificate["amounts"]:
        text = _again(_CODE / "amounts" / "recheck.py", half)
        assert f"amounts_sha256 {certificate['amounts']['rows_sha256']}\naccepted\n" == text
    rows = pq.read_table(release.cube).to_pylist()
    asked = {name for one in load_collections(CATALOG)[release.study].reports for name in one.indicators}
    assert {row["indicator"] for row in rows} == asked, "reports show what is released, and nothing else is released"
    assert all(row["hospital"] != "-" and row["year"] != 9999 for row in rows), "margins stand there once"
    plain = {name for name in asked if flow.catalog.indicators[name].numerator is None}
    told = [row[part] for row in rows for part in ("n", "k", "rest")]
    assert all(count is None or count >= 5 for count in told)
    hidden = sum(row[part] is None for row in rows for part in ("n", "k", "rest") if part == "n" or not _is(row, plain))
    assert (hidden, len(rows) * 3 - 2 * sum(_is(row, plain) for row in rows)) == (
        certificate["withheld"], certificate["numbers"],
    )  # fmt: skip
    return release, {(row["indicator"], row["hospital"], row["year"]): row for row in rows}


def _is(row: Row, plain: set[str]) -> bool:
    return row["indicator"] in plain


def _again(script: Path, folder: Path) -> str:
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
