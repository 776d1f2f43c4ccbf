"""The command line as a user meets it: exit codes, messages and reuse. The demo has a file of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.main.conftest import Command


def test_a_study_in_order_gives_exit_code_0_and_counts(workbench: Command) -> None:
    found = workbench("study", "check", "stroke-care")
    assert (found.returncode, found.stderr) == (0, "")
    assert "in order" in found.stdout and "steps" in found.stdout


def test_findings_as_json_have_file_line_what_why_and_todo(workbench: Command, repo_root: Path, tmp_path: Path) -> None:
    text = (repo_root / "catalog/studies/stroke-care/study.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        text.replace("in_codes: stroke_inclusion", "in_codes: strokes").replace("domain: C2", "domain: C9"),
        encoding="utf-8",
    )
    found = workbench("study", "check", str(wrong), "--format", "json")
    assert found.returncode == 1
    problems = json.loads(found.stdout)[0]["problems"]
    assert len(problems) >= 2 and all(p["file"].endswith("wrong.yaml") and p["line"] > 1 for p in problems)
    assert all(p["what"] and p["why"] and p["todo"] for p in problems)
    shown = workbench("study", "check", str(wrong))
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
def test_wrong_use_is_one_message_and_exit_code_2(
    workbench: Command, repo_root: Path, arguments: tuple[str, ...], words: str
) -> None:
    found = workbench(*arguments)
    assert found.returncode == 2
    assert words in found.stderr and "Traceback" not in found.stderr
    assert not (repo_root / "nowhere-run").exists()


def test_flow_schema_is_json_with_the_columns_of_every_dataset(workbench: Command) -> None:
    found = workbench("flow", "schema", "stroke-care")
    assert found.returncode == 0
    schema = json.loads(found.stdout)
    assert "Cproject" in json.dumps(schema) and "INSZ" in json.dumps(schema)


def test_synth_plants_faults_says_what_it_enriched_and_reports(workbench: Command, tmp_path: Path) -> None:
    out = str(tmp_path / "data")
    size = ("--persons", "2000", "--since", "2014", "--faults", "--enrich", "stroke-care", "--out", out)
    made = workbench("synth", *size)
    assert made.returncode == 0, made.stderr
    assert "times as frequent as sourced" in made.stdout and "imperfections" in made.stdout
    again = workbench("synth", *size)
    assert "reused" in again.stdout
    report = workbench("synth", "report", out, "--page", str(tmp_path / "page"))
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
def test_synth_refuses_with_one_sentence(workbench: Command, arguments: tuple[str, ...], says: str) -> None:
    done = workbench(*arguments)
    assert done.returncode == 2
    assert says in done.stderr and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_run_tells_each_step_with_its_rows_and_seconds(
    workbench: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told of each step is what the ledger of the run says of it."""
    monkeypatch.setenv("WORKBENCH_PROGRESS", str(tmp_path / "progress.jsonl"))
    done = workbench("run", "stroke-selfreg-2022", "--persons", "1000", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text(encoding="utf-8").splitlines()]
    assert list(dict.fromkeys(one["stage"] for one in told)) == ["data", "run", "indicators"]
    ended = [one for one in told if one["stage"] == "run" and one.get("made") is not None]
    ledger = [json.loads(line) for line in (tmp_path / "run" / "ledger.jsonl").read_text().splitlines()]
    assert [one["made"] for one in ended] == [sum(part["rows"] for part in entry["made"]) for entry in ledger]
    assert [one["number"] for one in ended] == list(range(1, len(ledger) + 1))
    assert all(one["seconds"] >= 0 and one["steps"] == len(ledger) and one["actor"] for one in ended)
