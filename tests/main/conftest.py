"""The command line, in this process, which saves starting one for each command; or started as a user does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from workbench.__main__ import main

Command = Callable[..., CompletedProcess[str]]


def started(*arguments: str, root: Path) -> CompletedProcess[str]:
    """Run a command in a process of its own."""
    whole = [sys.executable, "-m", "workbench", *arguments]
    return subprocess.run(whole, cwd=root, capture_output=True, text=True, timeout=550, check=False)


@pytest.fixture
def workbench(repo_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command; gives its exit code and what it printed."""
    monkeypatch.chdir(repo_root)

    def run(*arguments: str) -> CompletedProcess[str]:
        try:
            code = main(list(arguments))
        except SystemExit as end:  # the parser's own way out
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return CompletedProcess(arguments, code, printed.out, printed.err)

    return run
