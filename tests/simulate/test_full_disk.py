"""A disk that is full in the middle of a run: a sentence, nothing half-made, and the run goes on when there is room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import beside
from tests.simulate.reading import content
from workbench.dataflow import Flow
from workbench.simulate import Ledger, LedgerEntry, Run, open_run


def test_an_entry_that_finds_no_room_is_none(tmp_path: Path) -> None:
    """What a step made counts when its entry stands; the ledger goes on after the last that does."""
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add(LedgerEntry("one", "join", "holder", "1", ()))
    ended = beside(lambda: ledger.add(LedgerEntry("two", "join", "holder", "2", ())), tmp_path, "full", 0)
    assert ended.error == "OSError" and "no room left" in ended.said
    again = Ledger(tmp_path / "ledger.jsonl")
    assert [entry.step for entry in again.entries] == ["one"]
    again.add(LedgerEntry("two", "join", "holder", "2", ()))
    assert [entry.step for entry in Ledger(again.path).entries] == ["one", "two"]


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [16, 100, 200, 350, 500])
def test_a_run_on_a_full_disk_goes_on_when_there_is_room(
    kilobytes: int, repo_root: Path, catalog_root: Path, flow: Flow, data: Path, run: Run, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.simulate.full", str(catalog_root), str(data), str(tmp_path), str(kilobytes)]
    done = subprocess.run(command, cwd=repo_root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if done.stdout.startswith("no small disk"):
        pytest.skip("this machine lets nobody make a small disk")
    assert "no room left" in done.stdout.lower() or "no space left" in done.stdout.lower(), done.stdout
    assert "again" in done.stdout, f"what to do is not said: {done.stdout}"
    ledger, state = open_run(flow, data, tmp_path / "run")
    assert state == "finished" and content(Run(tmp_path / "run", run.study, ledger, 0)) == content(run)
