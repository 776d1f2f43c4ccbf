"""What stands round the suite, in a faked world: `.ci/run`, the first setup, the search for a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import browser, spark


def shell(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | variables
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("recipe", "code", "said"),
    [
        ("echo '41 passed, 2 deselected in 3.21s'", 0, "41 passed"),
        ("echo '=== 1 passed in 0.10s ==='", 0, "1 passed"),
        ("echo 'no tests ran in 0.01s'; exit 5", 2, "no tests ran"),
        ("echo 'no tests ran in 0.01s'", 1, "No test ran"),
        ("true", 1, "No test ran"),
        ("echo 'nothing was passed on'", 1, "No test ran"),
        ("echo '1 failed, 40 passed in 3.21s'; exit 1", 2, "1 failed"),
        ("cat; echo '3 passed in 1s'", 0, "3 passed"),  # standard input is closed, so cat ends
    ],
)
def test_ci_fails_unless_tests_ran_and_passed(
    repo_root: Path, tmp_path: Path, recipe: str, code: int, said: str
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(repo_root / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "Makefile").write_text(f"test:\n\t@{recipe}\n")
    done = shell("bash .ci/run", tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout + done.stderr


def test_ci_calls_the_command_of_the_readme(repo_root: Path) -> None:
    assert "\nmake test " in (repo_root / "README.md").read_text(encoding="utf-8")
    calls = [line for line in (repo_root / ".ci/run").read_text().splitlines() if line.startswith("make ")]
    assert [call.split()[:2] for call in calls] == [["make", "test"]]
    assert os.access(repo_root / ".ci/run", os.X_OK)
    assert os.access(repo_root / "scripts/setup.sh", os.X_OK)


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("exit 1", "Python 3.11 or later is needed"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "lacks the venv module"),
    ],
)
def test_setup_says_in_one_line_what_is_missing(repo_root: Path, tmp_path: Path, python: str, said: str) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(repo_root / "scripts/setup.sh", tmp_path / "scripts")
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("")
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{python}\n")
    fake.chmod(0o755)
    done = shell("scripts/setup.sh", tmp_path, PYTHON=str(fake))
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / ".venv").exists()


def test_setup_does_nothing_when_the_lock_is_installed(repo_root: Path, tmp_path: Path) -> None:
    """A changed lock or pyproject.toml, and only that, makes it work again."""
    for name, text in {"requirements.lock": "a", "pyproject.toml": "b", ".venv/installed.lock": "ab"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for name in ("scripts/setup.sh", ".venv/bin/python"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(repo_root / name if "setup" in name else shutil.which("false") or "", tmp_path / name)
    assert shell("scripts/setup.sh", tmp_path).returncode == 0
    assert shell("scripts/setup.sh tests", tmp_path).returncode == 1, "this python finds no browser"
    (tmp_path / "requirements.lock").write_text("changed")
    assert shell("scripts/setup.sh", tmp_path, PYTHON="no-such-python").returncode == 2


def test_the_browser_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = tmp_path / "my-chromium"
    mine.write_text("#!/bin/sh\n")
    mine.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert browser.find() == str(mine)
    assert browser.main() == 0


@pytest.mark.parametrize("broken", [True, False])
def test_without_a_browser_it_says_how_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, broken: bool
) -> None:
    """Ubuntu's package in a container is there and does not start: that is no browser either."""
    if broken:
        (tmp_path / "chromium").write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "chromium").chmod(0o755)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "MAC", ())
    assert browser.main() == 2
    assert browser.HOW in capsys.readouterr().err


@pytest.mark.parametrize(
    ("java", "said"),
    [
        (None, "Spark needs Java 17"),
        ("echo 'openjdk version \"11.0.2\"' >&2", "Spark needs Java 17"),
        ("echo 'openjdk version \"21\" 2023-09-19' >&2", "PySpark is not installed"),
    ],
)
def test_what_spark_lacks_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, java: str | None, said: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    if java:
        (tmp_path / "java").write_text(f"#!/bin/sh\n{java}\n")
        (tmp_path / "java").chmod(0o755)
    lacks = spark.missing()
    assert lacks is not None and lacks.startswith(said) and not lacks.endswith(".")


def test_a_failed_installation_of_spark_says_where_to_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spark, "missing", lambda: "PySpark is not installed")
    monkeypatch.setattr(spark, "INSTALL", ("false",))
    monkeypatch.setattr(spark, "ROOT", tmp_path)
    monkeypatch.setattr(spark, "LOG", tmp_path / "spark.log")
    assert spark.main() == 2
    assert "could not be installed (spark.log says why)" in capsys.readouterr().out
