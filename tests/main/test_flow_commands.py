"""Verify, exposure, mutate and diff as a user meets them: exit codes, what is printed, JSON, and wrong use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.main.conftest import Command, started
from workbench.main import terminal
from workbench.verify.export import MutationExport, VerifyExport

STUDY = "catalog/studies/stroke-care/study.yaml"


def test_the_command_as_a_user_starts_it(repo_root: Path) -> None:
    found = started("flow", "verify", "stroke-selfreg-2020", root=repo_root)
    assert (found.returncode, found.stderr) == (0, "")
    assert "flow of stroke-selfreg-2020: no errors" in found.stdout


def test_a_sound_flow_gives_0_and_says_what_it_accepts(workbench: Command) -> None:
    found = workbench("flow", "verify", "stroke-care")
    assert (found.returncode, found.stderr) == (0, "")
    assert "flow of stroke-care: no errors" in found.stdout
    assert "accepted: [raw-record-key]" in found.stdout and "Findings per rule" in found.stdout
    assert "    1. " in found.stdout, "the derivation, step by step"


def test_an_error_gives_1_and_stands_first(workbench: Command, repo_root: Path, tmp_path: Path) -> None:
    text = (repo_root / STUDY).read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("datasets: [patient_selection, mzg_base]", "datasets: [mzg_base]"), encoding="utf-8")
    found = workbench("flow", "verify", str(wrong))
    assert found.returncode == 1
    first = found.stdout.splitlines()[0]
    assert "wrong.yaml:" in first and "error: [mapping-kept]" in first
    as_json = workbench("flow", "verify", str(wrong), "--format", "json")
    assert as_json.returncode == 1
    export = VerifyExport.model_validate(json.loads(as_json.stdout))
    assert not export.fine and export.findings[0].rule == "mapping-kept" and export.findings[0].line > 1


@pytest.mark.parametrize(
    "arguments", [("flow", "verify", "stroke-care", "--printed"), ("study", "check", "stroke-care", "--printed")]
)
def test_a_printed_document_has_errors_at_its_lines(workbench: Command, arguments: tuple[str, ...]) -> None:
    found = workbench(*arguments, "--format", "json")
    assert found.returncode == 1
    export = VerifyExport.model_validate(json.loads(found.stdout))
    assert export.printed and not export.fine and export.findings[0].file == "20/284"
    shown = workbench(*arguments)
    assert shown.returncode == 1 and "document of stroke-care: " in shown.stdout
    assert shown.stdout.count("20/284:") == len(export.findings)


def test_exposure_of_everybody_of_one_and_of_several(workbench: Command) -> None:
    everybody = workbench("flow", "exposure", "stroke-care", "--chains")
    assert everybody.returncode == 0
    assert "organisation: VIKZ" in everybody.stdout and "repair: " in everybody.stdout
    one = workbench("flow", "exposure", "stroke-care", "--party", "nic")
    assert "What nic can put together, ever" in one.stdout and "identity and diagnosis: no" in one.stdout
    arguments = ("--coalition", "nic, vikz-datateam", "--format", "json")
    several = workbench("flow", "exposure", "stroke-care", *arguments)
    report = json.loads(several.stdout)
    assert report["coalition"] == ["nic", "vikz-datateam"]
    (target,) = [one for one in report["targets"] if one["id"] == "identity-and-diagnosis"]
    assert target["reached"] and target["derivation"][-1].startswith("so ")


def test_exposure_of_everybody_starts_with_what_fits_a_screen(
    workbench: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.out, "_width", 120)
    shown = workbench("flow", "exposure", "stroke-care").stdout
    lines = shown.splitlines()
    assert len(lines) < 40 and "10 of 10 targets" in lines[0] and "--chains" in lines[-1]
    (alone,) = [line for line in lines if line.startswith("│ INSZ and RN ")]
    assert "vikz-datamanager, ehealth," in alone
    (pair,) = [line for line in lines if line.startswith("│ identity and diagnosis")]
    assert [cell.strip() for cell in pair.split("│")][2:3] == ["-"] and "VIKZ" in pair
    (probable,) = [line for line in lines if "ima + vikz-datateam*" in line]
    assert probable.startswith("│ C2 and diagnosis")
    assert workbench("flow", "exposure", "stroke-care", "--chains").stdout.startswith(lines[0])


def test_who_can_read_nothing_and_a_flow_with_nothing_to_keep_apart_are_said(workbench: Command) -> None:
    before = workbench("flow", "exposure", "stroke-care", "--party", "ehealth", "--step", "0")
    assert before.returncode == 0 and "ehealth can read nothing about persons, up to step 0" in before.stdout
    apart = workbench("flow", "exposure", "ima-microdata", "--printed")
    assert apart.returncode == 0 and "ima-microdata: no table of this flow could have" in apart.stdout


def test_a_table_in_a_narrow_terminal_loses_nothing(workbench: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal.out, "_width", 80)
    shown = workbench("flow", "exposure", "stroke-care", "--party", "ksz")
    assert "What ksz can put together" in shown.stdout and "\N{HORIZONTAL ELLIPSIS}" not in shown.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{verblijven: count}", "{verblijven: all}", "wrong value 'all'. Input should be 'count', or a mapping"),
        ("{verblijven: count}", "{verblijven: 3}", "'measures.verblijven' has a wrong value 3. Input should be"),
        ("{verblijven: count}", "{verblijven: {average: Jaar}}", "'measures.verblijven.average' has a wrong"),
        ("{verblijven: count}", "{verblijven: {mean: [Jaar]}}", "'measures.verblijven.mean' has a wrong value"),
        ("years: 3", "years: -3", "greater than or equal to 0"),
    ],
)
def test_a_wrong_measure_or_term_is_a_problem_at_its_line(
    workbench: Command, repo_root: Path, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = (repo_root / "catalog/studies/stroke-selfreg-2022/study.yaml").read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = workbench("study", "check", str(wrong))
    assert found.returncode == 1 and words in found.stderr
    assert found.stderr.count("\n") == 1 and "literal[" not in found.stderr and "dict[" not in found.stderr
    assert f"wrong.yaml:{text[: text.index(old)].count(chr(10)) + 1}:" in found.stderr


def test_a_drawing_and_its_frames_are_both_made(workbench: Command, tmp_path: Path) -> None:
    out, frames = tmp_path / "whole.svg", tmp_path / "frames"
    found = workbench("flow", "draw", "stroke-selfreg-2020", "--out", str(out), "--frames", str(frames))
    assert found.returncode == 0 and out.stat().st_size > 0
    assert f"{len(list(frames.glob('*.svg')))} pictures in {frames}" in found.stdout
    assert str(out) in found.stdout and list(frames.glob("*.svg"))


def test_one_is_singular(workbench: Command, tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.touch()
    assert "empty.yaml: 1 problem\n" in workbench("study", "check", str(empty)).stdout
    assert "no errors, 1 finding\n" in workbench("flow", "verify", "stroke-selfreg-2020").stdout


def test_mutations_are_counted_and_survivors_explained(workbench: Command) -> None:
    shown = workbench("flow", "mutate", "stroke-selfreg-2020")
    assert shown.returncode == 0, shown.stderr
    assert "Faults made in stroke-selfreg-2020" in shown.stdout and "noticed (9" in shown.stdout
    found = workbench("flow", "mutate", "stroke-selfreg-2020", "--format", "json")
    export = MutationExport.model_validate(json.loads(found.stdout))
    assert export.made == len(export.mutants) and export.share >= 0.95
    assert shown.stdout.count("not noticed: ") == export.made - export.caught


def test_an_amendment_in_the_reader_s_language(workbench: Command) -> None:
    pair = ("stroke-selfreg-2020", "stroke-selfreg-2022")
    shown = workbench("study", "diff", *pair, "--lang", "nl")
    assert shown.returncode == 0 and "Gewijzigd" in shown.stdout
    found = json.loads(workbench("study", "diff", *pair, "--format", "json").stdout)
    assert found["study"]["changes"] and set(found) == {"study", "exposure"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("flow", "verify", "heart-care"), "Known studies: "),
        (("flow", "verify", "heart-care", "--printed"), "Studies that have one: "),
        (
            ("flow", "exposure", "stroke-care", "--party", "nobody"),
            "There is no party 'nobody'. The flow has hospitals",
        ),
        (
            ("flow", "exposure", "stroke-care", "--organisation", "NATO"),
            "There is no organisation 'NATO'. The flow has",
        ),
        (
            ("flow", "exposure", "stroke-care", "--party", "nic", "--step", "99"),
            "There is no step 99. Give a number from 0",
        ),
        (("flow", "exposure", "stroke-care", "--party", ""), "There is no party ''. The flow has"),
        (("flow", "exposure", "stroke-care", "--step", "3"), "Add --party, --organisation or --coalition."),
        (("flow", "exposure", "stroke-care", "--coalition", ","), "names of parties, with a comma between"),
        (("flow", "exposure", "stroke-care", "--party", "nic", "--coalition", "a,b"), "not allowed with argument"),
        (("flow", "mutate", "heart-care"), "Known studies: "),
        (("study", "diff", "stroke-care", "heart-care"), "Known studies: "),
    ],
)
def test_wrong_use_is_one_message_and_exit_code_2(workbench: Command, arguments: tuple[str, ...], words: str) -> None:
    found = workbench(*arguments)
    assert found.returncode == 2
    assert words in found.stderr and "Traceback" not in found.stderr
