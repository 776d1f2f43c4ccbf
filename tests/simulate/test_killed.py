"""A run killed at every kind of moment goes on each time and ends as one that was never killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulate.killed import points
from tests.simulate.reading import content
from workbench.dataflow import Flow
from workbench.simulate import Run, open_run, run_flow


@pytest.mark.parametrize("every", [(), pytest.param(("every",), marks=pytest.mark.slow)], ids=["moments", "steps"])
def test_killed_and_resumed_is_as_never_killed(
    repo_root: Path, catalog_root: Path, flow: Flow, data: Path, run: Run, tmp_path: Path, every: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "tests.simulate.killed", str(catalog_root), str(data), str(out), *every]
    done = subprocess.run(command, cwd=repo_root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{point.step}: {point.act}: signal 9" for point in points(flow, bool(every))]

    ledger, state = open_run(flow, data, out)
    assert state == "resumed" and 0 < len(ledger.entries) < len(flow.steps)
    resumed = run_flow(flow, data, out)
    assert resumed.resumed == len(ledger.entries)
    assert content(resumed) == content(run)
    assert [entry.step for entry in resumed.ledger.entries] == [entry.step.id for entry in flow.steps]
    assert _made(resumed) == _made(run)

    files = {path.relative_to(resumed.folder) for path in resumed.folder.rglob("*") if path.is_file()}
    assert files == {path.relative_to(run.folder) for path in run.folder.rglob("*") if path.is_file()}
    assert open_run(flow, data, out)[1] == "finished"


def _made(run: Run) -> list[tuple[str, str, str, int]]:
    """What every step made; the files' hashes differ with the pseudonyms in them."""
    return [
        (entry.step, part.dataset, part.part, part.rows)
        for entry in run.ledger.entries
        for part in sorted(entry.made, key=lambda part: part.part)
    ]
