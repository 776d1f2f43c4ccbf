"""A command that stands still until it is let go: it reads a catalogue of which one file is a named pipe.

So the moment at which something is killed is the test's own choice, costs no processor and needs no guess.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.jobs import Job, Jobs

PATIENCE = 120.0


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds, and fail when it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


@dataclass
class Held:
    """A catalogue that is read up to a pipe."""

    root: Path

    def __post_init__(self) -> None:
        (self.root / "codes").mkdir(parents=True)
        os.mkfifo(self.pipe)

    @property
    def pipe(self) -> Path:
        return self.root / "codes" / "held.yaml"

    @property
    def command(self) -> tuple[str, ...]:
        return ("--catalog", str(self.root), "catalog", "check", "--format", "json")

    def start(self, jobs: Jobs, who: str = "an.operator") -> Job:
        return jobs.start("check", self.command, who, {"catalog": self.root.name})

    def reached(self) -> int:
        """Wait until the command reads the pipe; returns its other end."""
        found: list[int] = []

        def opened() -> bool:
            try:
                found.append(os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:  # nobody reads it yet
                return False
            return True

        until(opened)
        return found[0]

    def let_go(self) -> None:
        """Let the command read an empty file and end with its findings (exit code 1)."""
        os.close(self.reached())


def over(jobs: Jobs, job: Job) -> Job:
    """The job when it is over."""
    until(lambda: jobs.read(job.id).is_over)
    return jobs.read(job.id)
