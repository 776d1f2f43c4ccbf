"""The command line as a user meets it: exit codes, messages, reuse, and a demo that survives being killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PERSONS = "20000"


def workbench(*arguments: str, root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_study_in_order_gives_exit_code_0_and_counts(repo_root: Path) -> None:
    found = workbench("study", "check", "stroke-care", root=repo_root)
    assert (found.returncode, found.stderr) == (0, "")
    assert "in order" in found.stdout and "steps" in found.stdout


def test_findings_as_json_have_file_line_what_why_and_todo(repo_root: Path, tmp_path: Path) -> None:
    text = (repo_root / "catalog/studies/stroke-care/study.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        text.replace("in_codes: stroke_inclusion", "in_codes: strokes").replace("domain: C2", "domain: C9"),
        encoding="utf-8",
    )
    found = workbench("study", "check", str(wrong), "--format", "json", root=repo_root)
    assert found.returncode == 1
    problems = json.loads(found.stdout)[0]["problems"]
    assert len(problems) >= 2 and all(p["file"].endswith("wrong.yaml") and p["line"] > 1 for p in problems)
    assert all(p["what"] and p["why"] and p["todo"] for p in problems)
    shown = workbench("study", "check", str(wrong), root=repo_root)
    assert shown.returncode == 1 and "Traceback" not in shown.stderr
    assert shown.stderr.count("wrong.yaml:") == len(problems)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("study", "check", "heart-care"), "Known studies: breast-clinics"),
        (("study", "check", "nowhere.yaml"), "There is no study file nowhere.yaml"),
        (("--catalog", "nowhere", "catalog", "check"), "there is no catalogue folder here"),
        (("run", "stroke-care", "--data", "nowhere", "--out", "nowhere-run"), "no manifest.json"),
        (("demo", "--persons", "none"), "a whole number"),
        (("flow", "draw", "stroke-care", "--out", "picture.bmp"), ".svg, .png or .pdf"),
    ],
)
def test_wrong_use_is_one_message_and_exit_code_2(repo_root: Path, arguments: tuple[str, ...], words: str) -> None:
    found = workbench(*arguments, root=repo_root)
    assert found.returncode == 2
    assert words in found.stderr and "Traceback" not in found.stderr
    assert not (repo_root / "nowhere-run").exists()


def test_flow_schema_is_json_with_the_columns_of_every_dataset(repo_root: Path) -> None:
    found = workbench("flow", "schema", "stroke-care", root=repo_root)
    assert found.returncode == 0
    schema = json.loads(found.stdout)
    assert "Cproject" in json.dumps(schema) and "INSZ" in json.dumps(schema)


def released(home: Path) -> list[Path]:
    return sorted((home / "releases").glob("*/[0-9]*"))


@pytest.mark.xdist_group("demo")
def test_demo_ends_with_a_table_and_a_second_start_reuses_everything(repo_root: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    arguments = ("demo", "--no-serve", "--persons", PERSONS, "--home", str(home))
    first = workbench(*arguments, root=repo_root)
    assert first.returncode == 0, first.stderr
    for words in (
        "persons",
        "hospital stays",
        "billing rows",
        "linked",
        "cells protected",
        "seconds: release",
        "seconds: together",
    ):
        assert words in first.stdout
    assert len(released(home)) == 1
    second = workbench(*arguments, root=repo_root)
    assert second.returncode == 0
    assert second.stdout.count("reused") == 3, second.stdout
    assert len(released(home)) == 1


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("until", ["data", "run", "release"])
def test_a_killed_demo_goes_on_and_never_leaves_half_a_release(repo_root: Path, tmp_path: Path, until: str) -> None:
    home = tmp_path / "demo"
    arguments = [
        sys.executable,
        "-m",
        "workbench",
        "demo",
        "--no-serve",
        "--persons",
        PERSONS,
        "--home",
        str(home),
    ]
    sign = {
        "data": home / "data/parties",
        "run": home / "run/ledger.jsonl",
        "release": home / "run/vaults/vikz-researchers/indicators",
    }[until]
    process = subprocess.Popen(arguments, cwd=repo_root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not sign.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert sign.exists(), "the demo did not come so far"
    assert all((folder / "manifest.json").exists() for folder in released(home))
    after = workbench(*arguments[3:], root=repo_root)
    assert after.returncode == 0, after.stderr
    assert len(released(home)) == 1


@pytest.mark.xdist_group("demo")
def test_control_c_says_what_is_kept_and_shows_no_traceback(repo_root: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    arguments = [
        sys.executable,
        "-m",
        "workbench",
        "demo",
        "--no-serve",
        "--persons",
        PERSONS,
        "--home",
        str(home),
    ]
    process = subprocess.Popen(arguments, cwd=repo_root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (home / "data/parties").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped." in complaints and "Traceback" not in complaints
    assert not (home / "data/parties").exists() and not (home / "data/manifest.json").exists()


def test_synth_plants_faults_says_what_it_enriched_and_reports(repo_root: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "data")
    size = ("--persons", "2000", "--since", "2014", "--faults", "--enrich", "stroke-care", "--out", out)
    made = workbench("synth", *size, root=repo_root)
    assert made.returncode == 0, made.stderr
    assert "times as frequent as sourced" in made.stdout and "imperfections" in made.stdout
    again = workbench("synth", *size, root=repo_root)
    assert "reused" in again.stdout
    report = workbench("synth", "report", out, "--page", str(tmp_path / "page"), root=repo_root)
    assert report.returncode == 0, report.stderr
    assert "domain-facts" in report.stdout and (tmp_path / "page/realism.md").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("synth", "--persons", "2000"), "Give one, as --out"),
        (("synth", "report", "nowhere"), "holds no finished data"),
        (("synth", "--since", "1990", "--out", "x"), "no stays from 1990"),
        (("synth", "--faults", "nowhere.yaml", "--out", "x"), "no list of faults"),
        (("synth", "--out", "README.md"), "cannot hold data"),
        (("synth", "--out", "docs"), "holds other things"),
    ],
)
def test_synth_refuses_with_one_sentence(repo_root: Path, arguments: tuple[str, ...], says: str) -> None:
    done = workbench(*arguments, root=repo_root)
    assert done.returncode == 2
    assert says in done.stderr and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1
