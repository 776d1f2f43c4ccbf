"""What use cases hand to whoever prints them; light, so that printing needs none of the libraries behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workbench.errors import Problem


@dataclass(frozen=True)
class Checked:
    """What a check read and found; `counts` names what was looked at."""

    subject: str
    counts: dict[str, int]
    problems: tuple[Problem, ...]

    @property
    def fine(self) -> bool:
        """Whether nothing of severity error was found."""
        return not any(problem.severity == "error" for problem in self.problems)


@dataclass
class Demo:
    """What the demo made: figures for the table at its end, and seconds per stage."""

    home: Path
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def releases(self) -> Path:
        return self.home / "releases"

    @property
    def state(self) -> Path:
        return self.home / "state"
