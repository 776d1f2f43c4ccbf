"""Attempts of the last while, by key, counted for all processes together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, or_, select, text

from workbench.state.tables import attempts
from workbench.state.transactions import writing


@dataclass(frozen=True)
class Attempts:
    """Counted before they are made: of many at once no more get through than may."""

    engine: Engine

    def take(self, key: str, limit: int, since: datetime, at: datetime) -> datetime | None:
        """Count an attempt at `at` and return None; or return the oldest that counts when there are `limit` already.

        Those up to `since` no longer count, and neither do those further ahead than that lies back: a clock that was
        set back would keep people out as long as it had been wrong. A little ahead is who came while this one waited.
        """
        digest = _key(key)
        with writing(self.engine) as connection:
            _in_line(connection, digest)
            connection.execute(delete(attempts).where(or_(attempts.c.at <= since, attempts.c.at > at + (at - since))))
            counted = select(attempts.c.at).where(attempts.c.key == digest).order_by(attempts.c.at)
            moments: list[datetime] = list(connection.execute(counted).scalars())
            if len(moments) >= limit:
                return moments[0]
            connection.execute(insert(attempts).values(key=digest, at=at))
        return None

    def give_back(self, key: str, *, all_of_them: bool) -> None:
        """The newest attempt of a key, or all of them, were right and do not count."""
        mine = attempts.c.key == _key(key)
        newest = select(attempts.c.id).where(mine).order_by(attempts.c.id.desc()).limit(1).scalar_subquery()
        with writing(self.engine) as connection:
            connection.execute(delete(attempts).where(mine if all_of_them else attempts.c.id == newest))


def _in_line(connection: Connection, digest: str) -> None:
    """PostgreSQL lets two count at the same time what is not there yet; SQLite writes one after the other anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(digest[:15], 16)})


def _key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
