"""The process that keeps one job: it waits for a place, starts the command, stops it when asked, writes how it ended.

Started by `Jobs.start` as `python -m workbench.jobs.keeper FOLDER LOCK PLACES`, LOCK being the number of the open file
that holds the job's lock, in a session and process group of its own: neither a closed tab nor a restarted or killed
server ends a job.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from workbench.jobs.job import now, read_json, write_json
from workbench.jobs.locks import alone, held, hold
from workbench.jobs.progress import PROGRESS

LOOK = 0.1  # seconds between two looks
PATIENCE = 10.0  # seconds a command gets to tidy up after it was asked to stop
KINDER = 5  # a job leaves the processor to the pages


def places(home: Path, at_once: int) -> int | None:
    """A free place among `at_once`; None when all are taken."""
    found = (hold(home / f"place-{number}") for number in range(at_once))
    return next((place for place in found if place is not None), None)


def is_first(folder: Path) -> bool:
    """No job that was asked earlier still waits."""
    earlier = (one for one in folder.parent.iterdir() if one.is_dir() and one.name < folder.name)
    return not any(not (one / "started").exists() and held(one / "alive") for one in earlier)


def wait_for_place(folder: Path, at_once: int) -> int | None:
    """Stand in the queue until it is this job's turn; None when it was cancelled meanwhile."""
    home = folder.parent
    while not (folder / "cancel").exists():
        with alone(home / "queue"):
            if is_first(folder):
                place = places(home, at_once)
                if place is not None:
                    write_json(folder / "started", {"when": now()})
                    return place
        time.sleep(LOOK)
    return None


def run(folder: Path, lock: int, place: int) -> tuple[int, bool]:
    """Run the command to its end; returns its exit code, negative when a signal ended it, and whether it was told to
    stop: a Python that is told so while it starts ends with 1, as a command with findings does."""
    command = [sys.executable, "-m", "workbench", *read_json(folder / "job.json")["command"]]
    environment = {**os.environ, PROGRESS: str(folder / "progress.jsonl"), "PYTHONUNBUFFERED": "1"}
    with (folder / "out").open("wb") as out, (folder / "log").open("ab") as log:
        # The command holds lock and place too: should this keeper be killed, the job is still known to live.
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=environment, pass_fds=(lock, place)
        )
    asked: float | None = None
    while True:
        try:
            return child.wait(LOOK), asked is not None
        except subprocess.TimeoutExpired:
            if asked is None and (folder / "cancel").exists():
                asked = time.monotonic()
                child.send_signal(signal.SIGINT)
            elif asked is not None and time.monotonic() - asked > PATIENCE:
                child.kill()


def keep(folder: Path, lock: int, at_once: int) -> None:
    """The life of a keeper; it ends by taking with it whatever the command left behind in its group."""
    # Handlers, not 'ignore': what is ignored stays ignored in the command too.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    code: int | None = None
    stopped = False
    hold(folder / "kept")  # until this process is gone, and given to nobody
    try:
        os.nice(KINDER)
        place = wait_for_place(folder, at_once)
        if place is not None:
            code, stopped = run(folder, lock, place)
    except Exception as error:  # a full disk, a folder taken away: it belongs in the log of the job
        with (folder / "log").open("a", encoding="utf-8") as log:
            log.write(f"The job could not be kept: {error}\n")
    finally:
        write_json(folder / "ended.json", {"code": code, "stopped": stopped, "when": now()})
        os.killpg(0, signal.SIGKILL)


def main(arguments: list[str]) -> None:
    keep(Path(arguments[0]), lock=int(arguments[1]), at_once=int(arguments[2]))


if __name__ == "__main__":
    main(sys.argv[1:])
