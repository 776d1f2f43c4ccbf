"""The errors a user may meet: each says where, what, why and what to do, and carries an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file, ready to be read by the person who can mend it."""

    file: str
    line: int
    what: str
    why: str
    todo: str
    severity: Severity = "error"

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else "warning: "
        return f"{self.file}:{self.line}: {mark}{self.what}. {self.why}. {self.todo}."


class WorkbenchError(Exception):
    """An error with a sentence for the user; the command line prints it without a traceback."""

    exit_code = 2


class Problems(WorkbenchError):
    """All problems found in the files that were read, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Refused(WorkbenchError):
    """A rule of the study or of disclosure control forbids the act."""

    exit_code = 3
