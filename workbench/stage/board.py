"""How far participants of a workshop are: each check of an exercise leaves a line in a folder that all of them share.

A participant writes one file alone and nobody else does, so thirty at once need no lock and lose no line.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import WorkbenchError

LONGEST = 40  # characters of a name: it stands at the head of a line


@dataclass(frozen=True)
class Mark:
    """One check: who, which exercise, how many of its demands are met, the first that is not (empty: solved), when."""

    who: str
    exercise: str
    met: int
    demands: int
    first: str
    at: str

    @property
    def solved(self) -> bool:
        """Whether every demand is met."""
        return self.met == self.demands and not self.first


@dataclass(frozen=True)
class Standing:
    """The last check of an exercise by one participant; once solved it stays so. tries: checks up to that."""

    mark: Mark
    tries: int


def leave(folder: Path, who: str, exercise: str, met: int, demands: int, first: str) -> None:
    """Add a line. Raises `WorkbenchError` for a name that cannot be shown, and where nothing can be written."""
    name = " ".join(who.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise WorkbenchError(f"'{who[:60]}' cannot stand on the board. Give 1 to {LONGEST} characters with --as.")
    mark = Mark(name, exercise, met, demands, first, datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.jsonl"
        line = (json.dumps(asdict(mark), ensure_ascii=False) + "\n").encode()
        out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(out, line)
        finally:
            os.close(out)
    except OSError as error:
        raise WorkbenchError(f"{folder} cannot be written ({error.strerror}). Ask the trainer for one.") from error


def read_board(folder: Path) -> Mapping[str, Mapping[str, Standing]]:
    """By participant and exercise, how it stands; participants by name. A line that is cut off is left out."""
    board: dict[str, dict[str, Standing]] = {}
    for file in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        for mark in _marks(file):
            mine = board.setdefault(mark.who, {})
            before = mine.get(mark.exercise)
            if before is None or not before.mark.solved:
                mine[mark.exercise] = Standing(mark, before.tries + 1 if before else 1)
    return {who: board[who] for who in sorted(board, key=str.casefold)}


def _marks(file: Path) -> Sequence[Mark]:
    found = []
    for line in file.read_bytes().splitlines():
        try:
            mark = Mark(**json.loads(line))
            fine = all(isinstance(one, str) for one in (mark.who, mark.exercise, mark.first, mark.at))
            if fine and isinstance(mark.met, int) and isinstance(mark.demands, int):
                found.append(mark)
        except (ValueError, RecursionError, TypeError):
            continue
    return found
