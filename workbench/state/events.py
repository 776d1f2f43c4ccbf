"""The way of each study through its states, as events that are kept for ever.

Which states and commands there are is not known here: `catalog/workflow.yaml` says that, `workbench.workflow` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from workbench.errors import Refused
from workbench.state.audit import append
from workbench.state.tables import events, now
from workbench.state.transactions import reading, writing


@dataclass(frozen=True)
class Event:
    """A command that brought a study into `state`; `content` is the sha256 of the study file it was about."""

    study: str
    number: int
    command: str
    state: str
    by: str
    at: datetime
    why: str
    content: str


@dataclass(frozen=True)
class Events:
    """The events of all studies."""

    engine: Engine

    def of(self, study: str) -> Sequence[Event]:
        """First to last."""
        chosen = select(events).where(events.c.study == study).order_by(events.c.number)
        with reading(self.engine) as connection:
            return [Event(**row._mapping) for row in connection.execute(chosen)]

    def newest(self) -> Mapping[str, Event]:
        """The last event of each study."""
        last = select(events.c.study, func.max(events.c.number).label("number")).group_by(events.c.study).subquery()
        chosen = select(events).join(last, and_(events.c.study == last.c.study, events.c.number == last.c.number))
        with reading(self.engine) as connection:
            return {row.study: Event(**row._mapping) for row in connection.execute(chosen)}

    def add(
        self, study: str, command: str, state: str, by: str, *, after: int, why: str = "", content: str = ""
    ) -> Event:
        """Add an event after event number `after` (0: the first), and tell the audit log of it.

        Raises `Refused` when another event came between: the caller decided on a state that is no longer.
        """
        made = Event(study, after + 1, command, state, by, now(), why, content)
        try:
            with writing(self.engine) as connection:
                if _last(connection, study) != after:
                    raise _overtaken(study)
                connection.execute(insert(events).values(**vars(made)))
                append(connection, by, "study." + command, study, state=state, why=why, content=content)
        except IntegrityError as error:  # two at the same time on PostgreSQL: the key lets one through
            raise _overtaken(study) from error
        return made


def _last(connection: Connection, study: str) -> int:
    found = connection.execute(select(func.max(events.c.number)).where(events.c.study == study)).scalar()
    return found or 0


def _overtaken(study: str) -> Refused:
    return Refused(f"somebody else acted on {study} in the meantime: look where it stands now, and decide again")
