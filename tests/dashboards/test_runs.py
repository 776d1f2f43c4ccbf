"""What stands behind the page of runs: orders, the lines of progress, the ledger, and two runs side by side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboards.pages.runs_words import Words
from dashboards.runs.compared import indicators, inputs, steps
from dashboards.runs.kept import FEWEST, MOST, Order, Runs
from dashboards.runs.ledger import Papers
from dashboards.runs.told import left, stages, whole
from dashboards.runs.told import steps as told_steps
from dashboards.texts import texts
from tests.jobs.held import over
from workbench.errors import Refused, WorkbenchError
from workbench.jobs import Jobs, Moment
from workbench.jobs.job import Job, State
from workbench.simulate import Ledger, LedgerEntry
from workbench.simulate.ledger import PartEntry


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Runs of a catalogue that does not exist: whatever is started fails soon."""
    return Runs(Jobs(tmp_path / "state"), tmp_path / "catalog", tmp_path / "releases")


@pytest.mark.parametrize(
    ("persons", "seed", "wrong"),
    [
        (FEWEST, 0, ()),
        (MOST, 2**31 - 1, ()),
        (FEWEST - 1, 0, ("persons",)),
        (MOST + 1, -1, ("persons", "seed")),
        (FEWEST, 2**31, ("seed",)),
    ],
)
def test_an_order_names_every_field_that_is_wrong(persons: int, seed: int, wrong: tuple[str, ...]) -> None:
    assert Order("stroke-care", persons, seed).problems() == wrong


def test_an_order_that_cannot_be_run_is_no_job(runs: Runs) -> None:
    for order in (Order("stroke-care", 5, 0), Order("--help", 2_000, 0), Order("../x", 2_000, 0), Order("", 2_000, 0)):
        with pytest.raises(WorkbenchError):
            runs.start(order, "mia.janssens")
    assert runs.all() == () and not runs.home.exists()


def test_a_run_is_started_gone_on_with_and_removed(runs: Runs) -> None:
    """A draft: its text is the study file, whatever is saved afterwards."""
    order = Order("new-study", 2_000, 7, "New <study>", "id: new-study\n")
    job = runs.start(order, "mia.janssens")
    folder = runs.folder(job)
    named = job.command.index("run") + 1
    assert Path(job.command[named]).read_text(encoding="utf-8") == order.text
    assert job.command[-6:] == ("--persons", "2000", "--seed", "7", "--out", str(folder / "run"))
    failed = over(runs.jobs, job)
    assert failed.state == "failed" and failed.reason
    with pytest.raises(Refused):
        runs.publish(failed, "mia.janssens")
    again = over(runs.jobs, runs.go_on(failed, "jef.wouters"))
    assert again.command == job.command
    assert [one.id for one in runs.newest().values()] == [again.id], "one run, whoever started it last"
    runs.remove(again)
    assert runs.all() == () and not folder.exists()


def test_a_draft_that_ran_is_told_in_the_language_of_the_page(runs: Runs) -> None:
    """Its title, and its steps by the labels of the file as it ran; a step without one is called by its id."""
    flow = '- {id: pick, label: {nl: kiezen, fr: "choisir"}}\n- {id: send}\n'
    titles = {"nl": "Eigen", "fr": "Propre"}
    job = runs.start(Order("draft-a", 2_000, 7, "Eigen", f"flow:\n{flow}", "A", titles), "mia.janssens")
    runs.jobs.cancel(job.id, "test")
    room: Any = SimpleNamespace(t=texts("fr"))
    words = Words(room, runs)
    assert words.study(job) == "Propre" and words.steps(job) == {"pick": "choisir", "send": "send"}
    told = [words.step(job, Moment("run", "in English", 0.5, 1.0, number=number)) for number in (1, 2, 3, None)]
    assert told == ["choisir", "send", "in English", "in English"]
    english: Any = SimpleNamespace(t=texts("en"))
    assert Words(english, runs).study(job) == "Eigen", "in the language that it has"
    over(runs.jobs, job)


def test_a_job_of_somebody_else_names_no_folder_of_ours(runs: Runs, tmp_path: Path) -> None:
    for folder in ("", "..", "a/b", "/etc"):
        with pytest.raises(WorkbenchError, match="no folder"):
            runs.folder(job_of(tmp_path, "done", folder=folder))


# -- progress ----------------------------------------------------------------------------------


def job_of(place: Path, state: State, *lines: Mapping[str, Any], kind: str = "run", **about: str) -> Job:
    place.mkdir(exist_ok=True)
    text = "".join(json.dumps({"what": "", "at": float(at), **line}) + "\n" for at, line in enumerate(lines))
    (place / "progress.jsonl").write_text(text)
    return Job("n", kind, "x", "2026-11-30T10:00:00+00:00", (), about, state, place)


def test_stages_say_how_far_each_is(tmp_path: Path) -> None:
    lines = (
        {"stage": "data", "share": 0.0},
        {"stage": "data", "share": 1.0, "what": "persons"},
        {"stage": "run", "share": 0.25, "what": "select", "number": 1, "steps": 4, "rows": 9},
        {"stage": "run", "share": 0.5, "what": "select", "number": 1, "steps": 4, "rows": 9, "made": 5, "left": 8.0},
        {"stage": "run", "share": 0.5, "what": "deliver", "number": 2, "steps": 4, "left": 6.0},
    )
    job = job_of(tmp_path, "running", *lines)
    data, run, last = stages(job)
    assert (data.is_over, data.what, data.seconds) == (True, "", 1.0)
    assert (run.share, run.what, run.is_over) == (0.5, "deliver", False)
    assert (last.name, last.share) == ("indicators", 0.0)
    assert whole(stages(job)) == pytest.approx((1 + 0.5 + 0) / 3)
    assert [(one.number, one.made) for one in told_steps(job)] == [(1, 5), (2, None)]
    assert left(job) == 6.0


def test_a_study_without_indicators_has_two_stages(tmp_path: Path) -> None:
    lines = ({"stage": "data", "share": 1.0}, {"stage": "run", "share": 1.0, "left": 0.0})
    done = job_of(tmp_path, "done", *lines)
    assert [one.name for one in stages(done)] == ["data", "run"]
    assert left(done) is None
    assert [one.share for one in stages(job_of(tmp_path, "waiting"))] == [0.0, 0.0, 0.0]


# -- papers ------------------------------------------------------------------------------------


def papers(folder: Path, rows: Mapping[str, int], seed: str = "0", value: float = 0.5) -> Papers:
    """Papers as the simulator itself writes them, beside data with a manifest."""
    run, data = folder / "run", folder / "run-data"
    (run / "confidential").mkdir(parents=True)
    data.mkdir()
    manifest = json.dumps({"seed": int(seed)}).encode()
    (data / "manifest.json").write_bytes(manifest)
    made = {"study": "a", "catalog": "b", "data": hashlib.sha256(manifest).hexdigest(), "seed": seed, "version": "1"}
    (run / "run.json").write_text(json.dumps({"study": "s", "inputs": made}))
    ledger = Ledger(run / "ledger.jsonl")
    for step, number in rows.items():
        part = PartEntry("d", step, ("x",), number, "f" * 64)
        ledger.add(LedgerEntry(step, "select", "ksz", None, ("é",), (part,), seconds=0.25))
    cell = {"indicator": "ivt", "hospital": "ALL", "year": 0, "stratum": "", "statistic": "proportion", "value": value}
    cells = [cell, {**cell, "hospital": "901", "value": 0.123}]
    (run / "confidential" / "indicators.json").write_text(json.dumps({"results": cells}))
    return Papers(run)


def test_the_ledger_is_read_and_its_chain_followed(tmp_path: Path) -> None:
    found = papers(tmp_path, {"first": 3, "second": 4})
    assert found.unbroken and found.rows == {"first": {"d.first": 3}, "second": {"d.second": 4}}
    assert [one["step"] for one in found.entries] == ["first", "second"]


@pytest.mark.parametrize("fault", ["changed", "missing", "swapped", "no entry"])
def test_a_ledger_that_was_touched_is_broken(tmp_path: Path, fault: str) -> None:
    found = papers(tmp_path, {"first": 3, "second": 4, "third": 5})
    path = found.folder / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    touched = {
        "changed": [lines[0].replace(b'"rows":3', b'"rows":9'), *lines[1:]],
        "missing": [lines[0], lines[2]],
        "swapped": [lines[1], lines[0], lines[2]],
        "no entry": [lines[0], b"[1]\n", *lines[1:]],
    }[fault]
    path.write_bytes(b"".join(touched))
    again = Papers(found.folder)
    assert not again.unbroken
    assert all("step" in one for one in again.entries)


def test_a_run_that_goes_on_has_half_a_ledger_and_one_that_waits_none(tmp_path: Path) -> None:
    found = papers(tmp_path, {"first": 3, "second": 4})
    path = found.folder / "ledger.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    again = Papers(found.folder)
    assert again.unbroken and [one["step"] for one in again.entries] == ["first"]
    nothing = Papers(tmp_path / "nowhere")
    assert (nothing.entries, nothing.inputs, nothing.totals, nothing.is_synthetic) == ((), {}, (), False)


def test_two_runs_are_compared_by_inputs_rows_and_totals(tmp_path: Path) -> None:
    before = papers(tmp_path / "a", {"first": 3, "gone": 1})
    after = papers(tmp_path / "b", {"first": 5, "new": 2}, seed="7", value=0.75)
    assert [one.name for one in inputs(before, after) if one.differs] == ["data", "seed"]
    found = [(step, one.before, one.after) for step, one in steps(before, after)]
    assert found == [("first", 3, 5), ("new", None, 2), ("gone", 1, None)]
    assert [(name, one.name, one.before, one.after) for name, one in indicators(before, after)] == [
        ("ivt", "proportion", 0.5, 0.75)
    ]


def test_indicators_of_data_that_are_not_ours_are_never_shown(tmp_path: Path) -> None:
    """Without our generator's manifest, or with another than the run was made from, nobody says who is in there."""
    ours, theirs = papers(tmp_path / "a", {"first": 3}), papers(tmp_path / "b", {"first": 3})
    manifest = tmp_path / "b" / "run-data" / "manifest.json"
    manifest.write_text('{"seed": 9}')
    assert Papers(theirs.folder).totals == () and indicators(ours, Papers(theirs.folder)) == ()
    manifest.unlink()
    assert Papers(theirs.folder).totals == ()
