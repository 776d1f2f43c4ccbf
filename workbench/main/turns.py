"""Thirty participants on one machine: as many gradings at one time as it has processors, the others wait their turn."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbench.errors import WorkbenchError

LOOK = 0.3  # seconds between two looks for a free turn


@contextmanager
def turn(folder: Path, wait: Callable[[], None], at_once: int | None = None) -> Iterator[None]:
    """Hold one of the turns of a folder that all participants share; `wait` is called once when there is none free.

    Turns are locks of the system, so one whose holder was killed is free at once. Participants may be different users
    of the machine, so everybody may open their files. Raises `WorkbenchError` where the folder cannot be written.
    """
    places = max(1, at_once or os.cpu_count() or 1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock, told = _free(folder, places), False
        while lock is None:
            if not told:
                wait()
                told = True
            time.sleep(LOOK)
            lock = _free(folder, places)
    except OSError as error:
        raise WorkbenchError(f"{folder} cannot be written: {error.strerror}. Ask the trainer for a folder.") from error
    try:
        yield
    finally:
        os.close(lock)


def _free(folder: Path, places: int) -> int | None:
    return next((lock for n in range(places) if (lock := _hold(folder / f".turn-{n}")) is not None), None)


def _hold(path: Path) -> int | None:
    """Not `workbench.jobs.locks`: its files are of one user alone."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    with suppress(PermissionError):  # it is another's, who has opened it to all
        os.fchmod(file, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file
