"""The ledger of a run: one entry per step done, chained by hash, so that a change or a gap shows.

A step is done when its entry stands here; a line that a killed run left half-written is not an entry.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError

START = "0" * 64


@dataclass(frozen=True)
class PartEntry:
    """A table a step made, delivered or destroyed: columns, rows, and the SHA-256 of its file."""

    dataset: str
    part: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True)
class LedgerEntry:
    """Who did what: a step, its actor, the datasets read, what came of it, and the seconds it took.

    `remark` is what a step must say of itself: the purpose of decoding, who approved, what is logged. `lineage` is the
    SHA-256 of the file with its lineage events.
    """

    step: str
    kind: str
    actor: str
    number: str | None
    read: tuple[str, ...]
    made: tuple[PartEntry, ...] = ()
    delivered: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    destroyed: tuple[str, ...] = ()
    keys_destroyed: tuple[str, ...] = ()
    remark: str | None = None
    lineage: str = ""
    seconds: float = 0.0
    before: str = START
    sha256: str = field(default="", compare=False)

    def hashed(self) -> LedgerEntry:
        """The entry with its own hash over everything else, the hash of the entry before included."""
        body = {key: value for key, value in asdict(self).items() if key != "sha256"}
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        return LedgerEntry(**{**self.__dict__, "sha256": digest})


class Ledger:
    """Append-only file of entries. Raises `WorkbenchError` on reading a broken chain."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[LedgerEntry] = []
        if path.exists():
            self._read()

    def _read(self) -> None:
        text = self.path.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        for number, line in enumerate(whole.splitlines(), start=1):
            entry = _entry(line)
            before = self.entries[-1].sha256 if self.entries else START
            if entry is None or entry.before != before or entry.hashed().sha256 != entry.sha256:
                raise WorkbenchError(
                    f"{self.path}:{number}: this entry does not follow from the one before: the ledger was "
                    "changed. Discard the run folder and run the study again."
                )
            self.entries.append(entry)
        if whole != text:
            self.path.write_bytes(whole)

    def add(self, entry: LedgerEntry) -> LedgerEntry:
        """Write an entry; it is on disk when this returns."""
        before = self.entries[-1].sha256 if self.entries else START
        entry = LedgerEntry(**{**entry.__dict__, "before": before}).hashed()
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(entry), separators=(",", ":")) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.entries.append(entry)
        return entry

    def done(self) -> frozenset[str]:
        """Ids of the steps done."""
        return frozenset(entry.step for entry in self.entries)

    def rows(self, dataset: str, part: str) -> int | None:
        """Rows of a part when it was made, or None when it was not."""
        for entry in reversed(self.entries):
            for made in entry.made:
                if (made.dataset, made.part) == (dataset, part):
                    return made.rows
        return None


def _entry(line: bytes) -> LedgerEntry | None:
    """The entry of a line, None when it is none: lists come back as tuples, all keys must be there."""
    try:
        data: dict[str, Any] = json.loads(line)
        made = [PartEntry(**{**part, "columns": tuple(part["columns"])}) for part in data["made"]]
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return LedgerEntry(**{**values, "made": tuple(made)})
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return None
