"""Jobs as an operator meets them: they start, wait, tell, end, are cancelled, and are found by whoever looks later."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.held import Held, over, until
from workbench.errors import Refused, WorkbenchError
from workbench.jobs import Job, Jobs, shelf
from workbench.jobs.job import _state


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    found = Jobs(tmp_path / "state")
    yield found
    for job in found.list():  # a test that failed half-way leaves no process
        found.cancel(job.id, "test")
        found.cancel(job.id, "test")


def pid(job: Job) -> int:
    return int(json.loads((job.folder / "pid").read_text())["pid"])


def group(job: Job) -> list[int]:
    """Processes of a job's group that are not mere zombies."""
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return [int(one) for one, of, state in rows if int(of) == pid(job) and not state.startswith("Z")]


def test_a_command_runs_beside_us_and_its_result_is_kept(jobs: Jobs, tmp_path: Path) -> None:
    held = Held(tmp_path / "cat")
    job = held.start(jobs)
    end = held.reached()
    running = jobs.read(job.id)
    assert (running.state, running.ended, running.code) == ("running", None, None)
    assert running.about == {"catalog": "cat"} and running.who == "an.operator" and running.started
    os.close(end)
    done = over(jobs, job)
    assert (done.state, done.code, done.reason) == ("done", 1, "")  # it has findings, and did its work
    assert done.result[0]["subject"] == "catalogue"
    assert done.ended and done.started and done.asked <= done.started <= done.ended
    assert [one.id for one in Jobs(jobs.state).list("check")] == [job.id]
    assert not jobs.list("other")


def test_a_wrong_command_fails_with_its_own_words(jobs: Jobs, tmp_path: Path) -> None:
    job = over(jobs, jobs.start("check", ("--catalog", str(tmp_path / "none"), "catalog", "check"), "an.operator"))
    assert (job.state, job.code) == ("failed", 2)
    assert "none" in job.reason
    with pytest.raises(WorkbenchError, match="no result"):
        _ = job.result


def test_arguments_never_meet_a_shell(jobs: Jobs, tmp_path: Path) -> None:
    evil = f"$(touch {tmp_path}/hacked);`touch {tmp_path}/hacked` && touch {tmp_path}/hacked | \n 'é\" *"
    job = over(jobs, jobs.start("check", ("--catalog", str(tmp_path), "study", "check", evil), "an.operator"))
    assert job.state == "failed" and job.command[-1] == evil
    assert not (tmp_path / "hacked").exists()
    with pytest.raises(WorkbenchError, match="zero byte"):
        jobs.start("check", ("study", "check", "a\0b"), "an.operator")


def test_two_run_and_the_others_wait_in_their_order(jobs: Jobs, tmp_path: Path) -> None:
    held = [Held(tmp_path / name) for name in "abcde"]
    first, second = held[0].start(jobs), held[1].start(jobs)
    ends = [one.reached() for one in held[:2]]
    third, gone, last = (one.start(jobs) for one in held[2:])
    assert [jobs.read(one.id).state for one in (third, gone, last)] == ["waiting"] * 3
    assert jobs.cancel(gone.id, "an.operator").who == "an.operator"
    assert over(jobs, gone).state == "cancelled" and jobs.read(gone.id).started is None
    os.close(ends[0])
    over(jobs, first)
    held[2].let_go()  # it got the place that became free
    over(jobs, third)
    until(lambda: jobs.read(last.id).state == "running")
    assert jobs.read(second.id).state == "running"
    os.close(ends[1])
    held[4].let_go()
    assert [over(jobs, one).state for one in (second, third, last)] == ["done"] * 3
    began = [jobs.read(one.id).started or "" for one in (first, second, third, last)]
    assert began == sorted(began)


def test_a_queue_has_an_end(jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "LONGEST_QUEUE", 1)
    held = Held(tmp_path / "cat")
    held.start(jobs)
    with pytest.raises(Refused, match="cancel one"):
        held.start(jobs)


def test_a_cancelled_command_tidies_up(jobs: Jobs, tmp_path: Path) -> None:
    held = Held(tmp_path / "cat")
    job = held.start(jobs)
    end = held.reached()
    with pytest.raises(Refused, match="Cancel it first"):
        jobs.remove(job.id)
    jobs.cancel(job.id, "another.operator")
    gone = over(jobs, job)
    os.close(end)
    assert (gone.state, gone.code, gone.cancelled_by) == ("cancelled", 130, "another.operator")
    assert "What was finished is kept" in gone.log
    until(lambda: not group(job))
    assert jobs.cancel(job.id, "late.operator").cancelled_by == "another.operator"
    jobs.remove(job.id)
    assert not jobs.list()


@pytest.mark.parametrize("killed", ["command", "all"])
def test_a_job_that_was_killed_is_failed_and_never_running(jobs: Jobs, tmp_path: Path, killed: str) -> None:
    held = Held(tmp_path / "cat")
    job = held.start(jobs)
    end = held.reached()
    if killed == "all":
        os.killpg(pid(job), signal.SIGKILL)
    else:
        command = next(one for one in group(job) if one != pid(job))
        os.kill(command, signal.SIGKILL)
    dead = over(jobs, job)
    os.close(end)
    assert dead.state == "failed"
    assert dead.code == (-signal.SIGKILL if killed == "command" else None)
    other = Held(tmp_path / "other")  # its place is free again
    following = [other.start(jobs), Held(tmp_path / "more").start(jobs)]
    for one in following:
        until(lambda one=one: jobs.read(one.id).state == "running")  # type: ignore[misc]


def test_a_command_whose_keeper_was_killed_is_still_known_to_run_and_can_be_cancelled(
    jobs: Jobs, tmp_path: Path
) -> None:
    held = Held(tmp_path / "cat")
    job = held.start(jobs)
    end = held.reached()
    os.kill(pid(job), signal.SIGKILL)
    until(lambda: len(group(job)) == 1)
    assert jobs.read(job.id).state == "running"
    jobs.cancel(job.id, "an.operator")
    assert over(jobs, job).state == "cancelled"
    os.close(end)
    assert not group(job)


_SERVER = """
import os, signal, sys
from pathlib import Path
from workbench.jobs import Jobs
job = Jobs(Path(sys.argv[1])).start("check", sys.argv[2:], "an.operator")
print(job.id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_job_outlives_the_server_that_was_killed(jobs: Jobs, tmp_path: Path, repo_root: Path) -> None:
    held = Held(tmp_path / "cat")
    command = [sys.executable, "-c", _SERVER, str(jobs.state), *held.command]
    server = subprocess.run(command, capture_output=True, text=True, cwd=repo_root)
    assert server.returncode == -signal.SIGKILL, server.stderr
    end = held.reached()
    (job,) = jobs.list()
    assert job.id == server.stdout.strip() and job.state == "running"
    os.close(end)
    assert over(jobs, job).state == "done"
    assert jobs.read(job.id).result


def test_half_a_line_of_progress_and_a_broken_one_are_no_moments(jobs: Jobs, tmp_path: Path) -> None:
    held = Held(tmp_path / "cat")
    job = held.start(jobs)
    os.close(held.reached())
    over(jobs, job)
    whole: dict[str, Any] = {"stage": "run", "what": "a", "share": 0.5, "at": 1.0, "rows": 7, "new": "unknown"}
    text = f"{json.dumps(whole)}\nnot json\n[]\n" + '{"stage": "run"'
    (job.folder / "progress.jsonl").write_text(text)
    (moment,) = jobs.read(job.id).progress
    assert (moment.stage, moment.share, moment.rows, moment.made) == ("run", 0.5, 7, None)


@pytest.mark.parametrize("number", ["../state", "", "20260101T000000.000000-abcd", "x" * 500])
def test_an_unknown_number_is_an_error_and_no_path(jobs: Jobs, number: str) -> None:
    with pytest.raises(WorkbenchError, match="no job"):
        jobs.read(number)


def test_a_folder_that_is_no_job_is_not_listed(jobs: Jobs) -> None:
    for name, text in (("20260101T000000.000000-abcd", "{"), ("20260101T000000.000001-abcd", '{"kind": "a"}')):
        (jobs.home / name).mkdir(parents=True)
        (jobs.home / name / "job.json").write_text(text)
    assert jobs.list() == ()


@pytest.mark.parametrize(
    ("end", "cancel", "state"),
    [
        ({"code": 1, "stopped": True}, True, "cancelled"),  # a Python that was told to stop while it started
        ({"code": 1, "stopped": False}, True, "done"),  # it had done its work before anybody told it
        ({"code": 1}, False, "done"),  # of a job kept before this was written down
        ({"code": 0, "stopped": True}, True, "done"),
        ({"code": -2, "stopped": True}, True, "cancelled"),
        ({"code": 3, "stopped": False}, False, "refused"),
    ],
)
def test_a_job_that_was_stopped_before_it_began_is_no_job_done(end: dict[str, Any], cancel: bool, state: str) -> None:
    assert _state(alive=False, started=True, end=end, cancel=cancel) == state
