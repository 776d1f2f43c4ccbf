"""Live log-ins, in the database so that every process that serves a site knows of each, and of its end.

Only the sha256 of a token is kept. For how long a log-in lives is for whoever serves to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, or_, select, update

from workbench.state.tables import log_ins
from workbench.state.transactions import reading, writing


@dataclass(frozen=True)
class LogIn:
    """Whose, since when, and when its person last did something."""

    person: str
    begun: datetime
    used: datetime


_CHOSEN = select(log_ins.c.person, log_ins.c.begun, log_ins.c.used)


@dataclass(frozen=True)
class LogIns:
    """All of them, ended by the clock or not."""

    engine: Engine

    def open(self, token: str, person: str, at: datetime, dead: tuple[datetime, datetime]) -> None:
        """Begin one; those begun before `dead[0]` or last used before `dead[1]` are cleared away."""
        with writing(self.engine) as connection:
            connection.execute(delete(log_ins).where(or_(log_ins.c.begun < dead[0], log_ins.c.used < dead[1])))
            connection.execute(insert(log_ins).values(token=_key(token), person=person, begun=at, used=at))

    def get(self, token: str) -> LogIn | None:
        """The log-in of a token; None when there is none."""
        with reading(self.engine) as connection:
            row = connection.execute(_CHOSEN.where(log_ins.c.token == _key(token))).one_or_none()
        return LogIn(*row) if row else None

    def held(self) -> HeldLogIns:
        """All of them as they are at this moment, by their tokens: one question for many pages."""
        chosen = select(log_ins.c.token, log_ins.c.person, log_ins.c.begun, log_ins.c.used)
        with reading(self.engine) as connection:
            return HeldLogIns(self.engine, {row[0]: LogIn(*row[1:]) for row in connection.execute(chosen)})

    def all(self, person: str | None = None) -> Sequence[LogIn]:
        """Those of one person, or of everybody."""
        chosen = _CHOSEN if person is None else _CHOSEN.where(log_ins.c.person == person)
        with reading(self.engine) as connection:
            return [LogIn(*row) for row in connection.execute(chosen)]

    def use(self, token: str, at: datetime) -> None:
        """Its person did something; nothing happens when it was ended meanwhile."""
        with writing(self.engine) as connection:
            connection.execute(update(log_ins).where(log_ins.c.token == _key(token)).values(used=at))

    def close(self, token: str) -> None:
        """End one; an unknown token is no error."""
        with writing(self.engine) as connection:
            connection.execute(delete(log_ins).where(log_ins.c.token == _key(token)))

    def close_all(self, person: str) -> Sequence[LogIn]:
        """End every log-in of a person, whichever process serves it; returns what they were."""
        with writing(self.engine) as connection:
            theirs = log_ins.c.person == person
            found = [LogIn(*row) for row in connection.execute(_CHOSEN.where(theirs))]
            connection.execute(delete(log_ins).where(theirs))
        return found


@dataclass(frozen=True)
class HeldLogIns(LogIns):
    """Log-ins of one moment; `get` asks the database no more."""

    rows: Mapping[str, LogIn]

    def get(self, token: str) -> LogIn | None:
        return self.rows.get(_key(token))


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
