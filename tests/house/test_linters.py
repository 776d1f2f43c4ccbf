"""ruff and mypy --strict as tests, so that one command shows everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    full = [sys.executable, "-m", *command]
    return subprocess.run(full, cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command", [("ruff", "check", "--no-fix", "."), ("mypy",)], ids=["ruff", "mypy --strict on workbench"]
)
def test_nothing_to_report(repo_root: Path, command: tuple[str, ...]) -> None:
    done = run(repo_root, *command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "command", "said"),
    [
        ("import os\n", ("ruff", "check"), "F401"),
        ("def f(x):\n    return x\n", ("mypy",), "no-untyped-def"),
        ("def f() -> int:\n    return 'a'\n", ("mypy",), "return-value"),
    ],
)
def test_the_configuration_sees_a_planted_fault(
    repo_root: Path, tmp_path: Path, text: str, command: tuple[str, ...], said: str
) -> None:
    """A rule switched off by mistake would leave the test above green for ever."""
    file = tmp_path / "planted.py"
    file.write_text(text, encoding="utf-8")
    option = "--config-file" if command == ("mypy",) else "--config"
    done = run(tmp_path, *command, option, str(repo_root / "pyproject.toml"), str(file))
    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stdout
