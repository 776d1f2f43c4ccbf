"""All jobs of a state folder: start, list, read, cancel. It holds nothing in memory: a new process finds them all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import Refused, WorkbenchError
from workbench.jobs.job import Job, now, read_job, read_json, write_json
from workbench.jobs.locks import held, hold

AT_ONCE = 2  # commands that run at one time; the others wait in the order in which they were asked
LONGEST_QUEUE = 50
_LOCK = 3  # under which number a keeper finds its lock
_ID = re.compile(r"\d{8}T\d{6}\.\d{6}-[0-9a-f]{4}")


@dataclass(frozen=True)
class Jobs:
    """The jobs under `state`/jobs. `at_once` bounds how many commands run at one time."""

    state: Path
    at_once: int = AT_ONCE

    @property
    def home(self) -> Path:
        return self.state.absolute() / "jobs"

    def start(self, kind: str, command: Sequence[str], who: str, about: Mapping[str, str] | None = None) -> Job:
        """Start `python -m workbench COMMAND` beside this process, or let it wait; returns at once.

        `kind` and `about` are for whoever looks for the job again. The arguments reach the command one by one and
        never a shell. Raises `Refused` when too many wait, `WorkbenchError` for an argument that cannot be given.
        """
        if any("\0" in one for one in command):
            raise WorkbenchError("An argument holds a zero byte, which no command can be given. Leave it out.")
        if sum(not job.is_over for job in self.list()) >= LONGEST_QUEUE:
            raise Refused(f"{LONGEST_QUEUE} jobs wait or run already. Wait until one ends, or cancel one.")
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = self.home / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(2)}"
        folder.mkdir(mode=0o700)
        lock = hold(folder / "alive")
        assert lock is not None, "nobody else knows this folder"
        try:
            asked = {"kind": kind, "who": who, "asked": now(), "command": [*command], "about": {**(about or {})}}
            write_json(folder / "job.json", asked)
            write_json(folder / "pid", {"pid": _keeper(folder, lock, self.at_once)})
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise WorkbenchError(f"The job could not be started: {error}. Nothing runs.") from error
        finally:
            os.close(lock)
        return self.read(folder.name)

    def list(self, kind: str | None = None) -> tuple[Job, ...]:
        """Every job, the newest first; those of one `kind` where it is given."""
        folders = sorted(self.home.glob("*T*-*"), reverse=True) if self.home.is_dir() else []
        found = (read_job(folder) for folder in folders)
        return tuple(job for job in found if job is not None and kind in (None, job.kind))

    def read(self, number: str) -> Job:
        """One job as it is now; raises `WorkbenchError` when there is none of this number."""
        job = read_job(self.home / number) if _ID.fullmatch(number) else None
        if job is None:
            raise WorkbenchError(f"There is no job {number[:60]!r}. It may have been removed; look in the list.")
        return job

    def cancel(self, number: str, who: str) -> Job:
        """Ask a job to stop: it may tidy up for some seconds, then its whole process group is ended.

        Asked a second time, or when its keeper is gone, it is ended at once. One that is over stays as it is.
        """
        job = self.read(number)
        if job.is_over:
            return job
        again = (job.folder / "cancel").exists()
        if not again:
            write_json(job.folder / "cancel", {"who": who, "when": now()})
        group = read_json(job.folder / "pid").get("pid")
        # The number is the job's as long as its lock is held: a group keeps its number while one process is in it.
        if isinstance(group, int) and (again or not held(job.folder / "kept")) and not self.read(number).is_over:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        return self.read(number)

    def remove(self, number: str) -> None:
        """Take a job that is over out of the history. Raises `Refused` while it waits or runs."""
        job = self.read(number)
        if not job.is_over:
            raise Refused("A job that waits or runs is not removed. Cancel it first.")
        shutil.rmtree(job.folder)


_started: set[int] = set()  # keepers of this process, to be taken off the system's list when they have ended


def _keeper(folder: Path, lock: int, at_once: int) -> int:
    """Start the keeper, which takes a copy of the lock; returns the number of its process and of its group.

    Not `subprocess`: a page must not wait, and nobody of this process ever waits for a keeper.
    """
    for one in list(_started):
        with suppress(ChildProcessError):  # somebody else took it off
            if os.waitpid(one, os.WNOHANG) == (0, 0):
                continue
        _started.discard(one)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    files = [(os.POSIX_SPAWN_DUP2, old, new) for old, new in ((nothing, 0), (log, 1), (log, 2), (lock, _LOCK))]
    command = [sys.executable, "-m", "workbench.jobs.keeper", str(folder), str(_LOCK), str(at_once)]
    try:
        keeper = os.posix_spawn(sys.executable, command, os.environ, file_actions=files, setsid=True)
    finally:
        os.close(log)
        os.close(nothing)
    _started.add(keeper)
    return keeper
