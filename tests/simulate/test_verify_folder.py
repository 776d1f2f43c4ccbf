"""A run folder that was touched is told apart from one that was not: each way of touching it is tried."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from workbench.dataflow import Flow
from workbench.simulate import Ledger, LedgerEntry, verify_run


@pytest.fixture
def copied(watched: Any, tmp_path: Path) -> Path:
    """A run of its own to spoil; hard links would spoil the others too."""
    return Path(shutil.copytree(watched.run.folder, tmp_path / "run"))


def test_a_run_that_nobody_touched_has_no_fault(watched: Any, flow: Flow, data: Path) -> None:
    head = watched.run.ledger.entries[-1].sha256
    assert verify_run(flow, watched.run.folder, data, head) == []


def lines_of(run: Path) -> list[str]:
    return (run / "ledger.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)


def write_lines(run: Path, lines: list[str]) -> None:
    (run / "ledger.jsonl").write_text("".join(lines), encoding="utf-8")


def a_file(run: Path, pattern: str = "vaults/vikz-researchers/analysis/stay.parquet") -> Path:
    return next(run.glob(pattern))


def without_a_row(run: Path) -> None:
    path = a_file(run)
    rows = pq.read_table(path)
    pq.write_table(rows.slice(1), path)


def swapped(run: Path) -> None:
    lines = lines_of(run)
    lines[3], lines[4] = lines[4], lines[3]
    write_lines(run, lines)


def changed_entry(run: Path) -> None:
    lines = lines_of(run)
    lines[2] = lines[2].replace('"rows":', '"rows":1')
    write_lines(run, lines)


def forged(run: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """The ledger written anew as a whole, with hashes that fit."""
    lines = [json.loads(line) for line in lines_of(run)]
    change(lines)
    path = run / "ledger.jsonl"
    path.unlink()
    ledger = Ledger(path)
    from workbench.simulate.ledger import _entry

    for line in lines:
        entry = _entry(json.dumps(line).encode())
        assert isinstance(entry, LedgerEntry)
        ledger.add(entry)


def fewer_steps(lines: list[dict[str, Any]]) -> None:
    del lines[5]


def other_actor(lines: list[dict[str, Any]]) -> None:
    lines[0]["actor"] = "ksz"


def other_columns(lines: list[dict[str, Any]]) -> None:
    lines[0]["made"][0]["columns"].append("A2_CODE_SEX")


def no_destruction(lines: list[dict[str, Any]]) -> None:
    next(line for line in lines if line["destroyed"])["destroyed"] = []


def study_of_another_day(run: Path) -> None:
    card = json.loads((run / "run.json").read_text())
    card["inputs"]["study"] = "0" * 64
    (run / "run.json").write_text(json.dumps(card))


def data_of_another_day(run: Path) -> None:
    card = json.loads((run / "run.json").read_text())
    card["inputs"]["data"] = "0" * 64
    (run / "run.json").write_text(json.dumps(card))


def first_key(run: Path) -> Path:
    return next(run.glob("vaults/*/.keys/*.ended"))


TAMPERED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a row taken out": (without_a_row, "was changed after"),
    "one byte of a file": (lambda run: a_file(run).write_bytes(a_file(run).read_bytes() + b"\0"), "was changed after"),
    "a file taken away": (lambda run: a_file(run).unlink(), "it is missing"),
    "a file put there": (
        lambda run: shutil.copyfile(a_file(run), run / "vaults/ksz/peek.parquet"), "no step put it there",
    ),
    "a dataset that was destroyed": (
        lambda run: shutil.copytree(a_file(run).parent, run / "vaults/hospitals/patient_selection"),
        "no step put it there",
    ),
    "a key that was destroyed": (lambda run: first_key(run).with_suffix(".key").write_bytes(b"k" * 32), "a key of"),
    "the mark of a destroyed key": (lambda run: first_key(run).unlink(), "is gone"),
    "an entry changed": (changed_entry, "does not follow"),
    "entries swapped": (swapped, "does not follow"),
    "an entry taken out": (lambda run: write_lines(run, lines_of(run)[:4] + lines_of(run)[5:]), "does not follow"),
    "the last entries taken out": (lambda run: write_lines(run, lines_of(run)[:-2]), "were taken out"),
    "a line cut off": (lambda run: write_lines(run, [*lines_of(run)[:-1], lines_of(run)[-1][:-20]]), "cut off"),
    "no ledger": (lambda run: (run / "ledger.jsonl").unlink(), "missing"),
    "a ledger of fewer steps": (lambda run: forged(run, fewer_steps), "the study has"),
    "a ledger of another actor": (lambda run: forged(run, other_actor), "the study has"),
    "a ledger of other columns": (lambda run: forged(run, other_columns), "other columns"),
    "a ledger without a destruction": (lambda run: forged(run, no_destruction), "it is missing"),
    "lineage changed": (lambda run: a_file(run, "lineage/*").write_text("{}\n"), "the lineage of step"),
    "lineage taken away": (lambda run: a_file(run, "lineage/*").unlink(), "the lineage of step"),
    "lineage added": (lambda run: (run / "lineage/999-more.jsonl").write_text("{}\n"), "of no step"),
    "provenance changed": (lambda run: (run / "provenance.jsonld").write_text("{}"), "does not follow from"),
    "another study": (study_of_another_day, "the study file is not"),
    "other data": (data_of_another_day, "the data is not"),
    "no card": (lambda run: (run / "run.json").unlink(), "card of the run"),
}  # fmt: skip


@pytest.mark.parametrize("way", TAMPERED)
def test_each_way_of_tampering_is_seen_and_verifying_changes_nothing(
    way: str, copied: Path, flow: Flow, data: Path
) -> None:
    tamper, told = TAMPERED[way]
    tamper(copied)
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    found = verify_run(flow, copied, data)
    assert found and any(told in fault for fault in found), found
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before


def test_a_ledger_written_anew_with_all_that_follows_from_it_is_seen_by_the_hash_that_was_noted(
    copied: Path, watched: Any, flow: Flow, data: Path
) -> None:
    """Seconds and remarks follow from nothing, so only what was noted elsewhere tells."""
    head = watched.run.ledger.entries[-1].sha256
    forged(copied, lambda lines: lines[0].update(seconds=99.0))
    from workbench.simulate.events import write_provenance

    write_provenance(copied, flow, Ledger(copied / "ledger.jsonl"))
    assert verify_run(flow, copied, data) == []
    assert "written anew" in verify_run(flow, copied, data, head)[0]
