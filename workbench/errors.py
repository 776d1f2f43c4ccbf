"""The errors a user may meet: each says where, what, why and what to do, and carries an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]
SHOWN_AT_ONCE = 12  # problems in a notebook's message: more would push the cell off the screen


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file, ready to be read by the person who can mend it.

    `at` is the place in the data of the file, as keys and numbers from 0, where it is known: a form shows it there.
    """

    file: str
    line: int
    what: str
    why: str
    todo: str
    severity: Severity = "error"
    at: tuple[str | int, ...] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else "warning: "
        return f"{self.file}:{self.line}: {mark}{self.what}. {self.why}. {self.todo}."


class WorkbenchError(Exception):
    """An error with a sentence for the user; the command line prints it without a traceback."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence, and not the calls of ours that led to it."""
        return str(self).splitlines()


class Problems(WorkbenchError):
    """All problems found in the files that were read, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def _render_traceback_(self) -> list[str]:
        more = len(self.problems) - SHOWN_AT_ONCE
        return [*super()._render_traceback_()[:SHOWN_AT_ONCE], *([f"and {more} problems more"] if more > 0 else [])]


class Refused(WorkbenchError):
    """A rule of the study or of disclosure control forbids the act."""

    exit_code = 3
