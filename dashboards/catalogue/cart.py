"""The carts: the variables each visitor has put aside, kept at every change.

A cart belongs to a person, or to a browser that nobody has logged in with; of the latter only a hash of its random
number is stored, so that the file gives nobody a cart. Logging in takes the cart of the browser along.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MOST = 1000  # variables in one cart
DAYS = 90  # that the cart of a browser is kept after its last change
_NUMBER = re.compile(r"[A-Za-z0-9_-]{32}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS cart (
    owner TEXT NOT NULL, ref TEXT NOT NULL, place INTEGER NOT NULL,
    changed TEXT NOT NULL DEFAULT (datetime('now')), PRIMARY KEY (owner, ref))
"""


def new_visitor() -> str:
    """A number for a browser; who has it has its cart."""
    return secrets.token_urlsafe(24)


def is_visitor(number: str) -> bool:
    """Whether a number looks like one of ours."""
    return bool(_NUMBER.fullmatch(number))


def owner(person: str | None, visitor: str) -> str:
    """Whose cart it is: of a person, else of a browser."""
    return f"person:{person}" if person else f"browser:{sha256(visitor.encode()).hexdigest()}"


@dataclass(frozen=True)
class Carts:
    """All carts, in one file under `state`; the file is made with the first variable."""

    state: Path

    def of(self, owner: str) -> tuple[str, ...]:
        """References in the order in which they were put in."""
        if not self._file.exists():
            return ()
        with self._open() as connection:
            rows = connection.execute("SELECT ref FROM cart WHERE owner = ? ORDER BY place", (owner,))
            return tuple(ref for (ref,) in rows)

    def put(self, owner: str, refs: Sequence[str]) -> int:
        """Add references at the end; those already there stay where they are. Returns how many found no room."""
        with self._open() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute("SELECT ref, place FROM cart WHERE owner = ?", (owner,)).fetchall()
            held = {ref for ref, _ in rows}
            new = [ref for ref in dict.fromkeys(refs) if ref not in held]
            last = max((place for _, place in rows), default=0)
            fit = new[: max(MOST - len(held), 0)]
            connection.executemany(
                "INSERT INTO cart (owner, ref, place) VALUES (?, ?, ?)",
                [(owner, ref, place) for place, ref in enumerate(fit, start=last + 1)],
            )
            return len(new) - len(fit)

    def take(self, owner: str, refs: Sequence[str]) -> None:
        """Take references out."""
        if self._file.exists():
            with self._open() as connection, connection:
                connection.executemany("DELETE FROM cart WHERE owner = ? AND ref = ?", [(owner, ref) for ref in refs])

    def hand_over(self, browser: str, person: str) -> None:
        """What a browser collected before logging in is the person's from now on."""
        held = self.of(browser)
        if held:
            self.put(person, held)
            self.take(browser, held)

    @property
    def _file(self) -> Path:
        return self.state / "carts.sqlite"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        new = not self._file.exists()
        self.state.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as connection:
            if new:
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)
            old = f"-{DAYS} days"
            connection.execute("DELETE FROM cart WHERE owner LIKE 'browser:%' AND changed < datetime('now', ?)", (old,))
            yield connection
