"""Locks that the system frees when the last process that holds them is gone, however it went.

A process number says nothing: after a while another process has it. A lock held says that the very process, or a
child it gave the lock to, still lives; `kill -9` and a power cut free it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def hold(path: Path) -> int | None:
    """Take a lock; returns the open file that holds it until it is closed everywhere, None when it is taken."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return None
    # A number that no child uses for something else: a process is given its files by number.
    high = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 64)
    os.close(file)
    return high


def held(path: Path) -> bool:
    """Does anybody hold this lock? Looking takes it for a moment, shared: two who look do not see each other."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait for a lock that everybody holds for a moment only."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
