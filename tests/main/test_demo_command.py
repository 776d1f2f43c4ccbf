"""The demo survives being killed at any point, and reuses what stands: one folder for all, as a user has."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.main.conftest import started
from workbench.stage import Shelf


def arguments(home: Path, persons: int) -> list[str]:
    return ["demo", "--no-serve", "--persons", str(persons), "--home", str(home)]


def begun(home: Path, persons: int, root: Path, sign: Path) -> subprocess.Popen[str]:
    """A demo that is running and has made `sign`."""
    command = [sys.executable, "-m", "workbench", *arguments(home, persons)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not sign.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def released(home: Path) -> list[Path]:
    return sorted((home / "releases").glob("*/[0-9]*"))


SIGNS = ("data/parties", "run/ledger.jsonl", "run/vaults/vikz-researchers/indicators")  # of data, run and release


@pytest.mark.slow
def test_a_killed_demo_goes_on_and_a_finished_one_is_reused(repo_root: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    for sign in SIGNS:
        assert not (home / sign).exists(), "a demo killed earlier left this unmade"
        process = begun(home, 5000, repo_root, home / sign)
        process.kill()
        process.communicate()
        assert (home / sign).exists() and process.returncode == -signal.SIGKILL, f"not killed at {sign}"
        assert not released(home), "half a release"
    ended = started(*arguments(home, 5000), root=repo_root)
    assert ended.returncode == 0, ended.stderr
    for words in (
        "persons",
        "hospital stays",
        "billing rows",
        "linked",
        "cells protected",
        "seconds: release",
        "seconds: together",
    ):
        assert words in ended.stdout
    (made,) = released(home)
    assert (made / "manifest.json").exists()
    again = started(*arguments(home, 5000), root=repo_root)
    assert again.returncode == 0
    assert again.stdout.count("reused") == 4, again.stdout
    assert released(home) == [made]
    play = Shelf(home).play("stroke-care")
    play.write_text(play.read_text(encoding="utf-8").replace("a", "b", 1), encoding="utf-8")
    mended = started(*arguments(home, 5000), root=repo_root)
    assert mended.returncode == 0 and mended.stdout.count("reused") == 3, "a recording that was changed is made anew"
    recording = Shelf(home).recording("stroke-care")
    assert recording is not None and recording.persons == 2000


def test_control_c_says_what_is_kept_and_shows_no_traceback(repo_root: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    process = begun(home, 20_000, repo_root, home / "data/parties")
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped." in complaints and "Traceback" not in complaints
    assert not (home / "data/parties").exists() and not (home / "data/manifest.json").exists()
