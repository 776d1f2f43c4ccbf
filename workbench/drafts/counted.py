"""Asks another process how many synthetic persons a population selects: only counts come here, never a row.

That process keeps the data open between questions and ends with this one, whose end closes its input.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any


@dataclass(frozen=True)
class Counted:
    """Rows and persons that are left without criteria, then after each; `of` persons there are. Or why not: `error`.

    `persons` are None where the table does not say whom a row is about. `enriched` names a study of which the data
    hold more than is sourced: then the counts say whom the criteria find, and nothing of how many there are.
    """

    of: int = 0
    units: tuple[int, ...] = ()
    persons: tuple[int | None, ...] = ()
    enriched: str = ""
    error: str = ""


@dataclass
class Counts:
    """Counts over the data folder `data` by the catalogue under `root`; one question at a time."""

    data: Path
    root: Path
    _process: subprocess.Popen[str] | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def possible(self) -> bool:
        """Whether there are synthetic persons to count."""
        return (self.data / "manifest.json").is_file()

    def ask(self, population: Any) -> Counted:
        """The counts of a population as its section of a study file says it; waits for the answer."""
        question = json.dumps(population, default=str)
        with self._lock:
            for _ in range(2):  # a process that died is started anew, once
                answer = self._answer(question)
                if answer:
                    return _counted(answer)
            return Counted(error="the counting process does not answer")

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _answer(self, question: str) -> str:
        if self._process is None or self._process.poll() is not None:
            self._end()
            command = [sys.executable, "-m", "workbench", "--catalog", str(self.root.resolve()), "study", "count"]
            self._process = subprocess.Popen(
                [*command, "--data", str(self.data.resolve())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                cwd=Path(__file__).resolve().parents[2],
            )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, OSError):
            return ""
        return self._process.stdout.readline()

    def _end(self) -> None:
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.terminate()
        self._process.wait()
        self._process = None


def _counted(answer: str) -> Counted:
    found = json.loads(answer)
    if "error" in found:
        return Counted(error=str(found["error"]))
    return Counted(int(found["of"]), tuple(found["units"]), tuple(found["persons"]), found["enriched"])
