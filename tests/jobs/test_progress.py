"""What a command tells of its progress: every step's end, and little in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.jobs import PROGRESS, Writer
from workbench.main.terminal import Bars


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_step_is_told_when_it_begins_and_ends_and_not_a_hundred_times_between(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    writer = Writer(path)
    for share in range(100):
        writer.tell("run", share / 1000, "first", number=1)
    writer.tell("run", 0.1, "first", ends=True, number=1, made=7)
    writer.tell("run", 0.1, "second", number=2)
    told = lines(path)
    assert len(told) < 50, "a loop of microseconds is not a hundred lines"
    assert [one for one in told if one.get("made") == 7] and told[-1]["what"] == "second"
    assert told[0]["share"] == 0.0


def test_who_did_not_ask_gets_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PROGRESS, raising=False)
    monkeypatch.chdir(tmp_path)
    with Bars().stage("release") as (progress, say):
        progress("cells", 0.5)
        say("fine")
    assert list(tmp_path.iterdir()) == []


def test_every_stage_is_told_where_it_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress.jsonl"
    monkeypatch.setenv(PROGRESS, str(path))
    with Bars().stage("release") as (progress, say):
        progress("cellules é", 0.5)
        say("fine")
    told = [(one["stage"], one["what"], one["share"]) for one in lines(path)]
    assert told == [("release", "", 0.0), ("release", "cellules é", 0.5), ("release", "", 1.0)]
