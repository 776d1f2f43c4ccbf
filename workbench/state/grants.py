"""Rights: who may see what of which collection, given by whom, until when; and the requests for them.

A right that ended or was withdrawn stays here for ever, with who did it and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine, insert, or_, select, update

from workbench.errors import Refused, WorkbenchError
from workbench.state.audit import append
from workbench.state.tables import access_changes, grants, now, people, requests, today
from workbench.state.transactions import reading, writing


@dataclass(frozen=True)
class GrantRow:
    """A profile of a person in a collection; `ends` is its last day, None without an end."""

    id: int
    person: str
    collection: str
    profile: str
    ends: date | None
    why: str
    by: str
    at: datetime
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_why: str | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.withdrawn_at is None and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class AccessRequest:
    """A person asks for a profile; `state` is waiting, approved, refused or taken_back."""

    id: int
    person: str
    collection: str
    profile: str
    ends: date | None
    why: str
    at: datetime
    state: str
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_why: str | None = None


@dataclass(frozen=True)
class Grants:
    """All rights and requests. Who may give what to whom is for `workbench.access` to say."""

    engine: Engine

    def current(self) -> Sequence[GrantRow]:
        """Rights that hold today."""
        with reading(self.engine) as connection:
            return current(connection)

    def all(self, person: str | None = None) -> Sequence[GrantRow]:
        """Every right ever given, of one person or all, the newest first."""
        chosen = select(grants).order_by(grants.c.id.desc())
        if person is not None:
            chosen = chosen.where(grants.c.person == person)
        with reading(self.engine) as connection:
            return [GrantRow(**row._mapping) for row in connection.execute(chosen)]

    def get(self, grant: int) -> GrantRow:
        """Raises `WorkbenchError` when there is none of this number."""
        with reading(self.engine) as connection:
            return _grant(connection, grant)

    def give(
        self, person: str, collection: str, profile: str, *, by: str, why: str, ends: date | None = None
    ) -> GrantRow:
        """Give a profile; the one that the person held in the collection ends with it.

        Raises `WorkbenchError` for an unknown person, no reason, or an end in the past.
        """
        with writing(self.engine) as connection:
            return _give(connection, person, collection, profile, by, why, ends)

    def withdraw(self, grant: int, *, by: str, why: str) -> GrantRow:
        """End a right now. Raises `Refused` when it ended before, `WorkbenchError` without a reason."""
        with writing(self.engine) as connection:
            found = _grant(connection, grant, lock=True)
            if not found.holds(today()):
                raise Refused("this right had ended already")
            _withdraw(connection, found, by, _reason(why))
            return _grant(connection, grant)

    def review(self, grant: int, *, by: str, ends: date | None) -> GrantRow:
        """Confirm that a right is still needed, with its end from now on."""
        with writing(self.engine) as connection:
            found = _grant(connection, grant, lock=True)
            if not found.holds(today()):
                raise Refused("this right had ended already")
            _future(ends)
            values = {"reviewed_by": by, "reviewed_at": now(), "ends": ends}
            connection.execute(update(grants).where(grants.c.id == grant).values(**values))
            changed(connection)
            append(connection, by, "access.reviewed", found.person, collection=found.collection, ends=_day(ends))
            return _grant(connection, grant)

    def ask(self, person: str, collection: str, profile: str, *, why: str, ends: date | None = None) -> AccessRequest:
        """Ask for a profile. Raises `Refused` when the same is asked already, `WorkbenchError` without a reason."""
        why = _reason(why)
        _future(ends)
        with writing(self.engine) as connection:
            _person(connection, person, lock=True)
            waiting = select(requests.c.id).where(
                requests.c.person == person, requests.c.collection == collection, requests.c.state == "waiting"
            )
            if connection.execute(waiting).first():
                raise Refused("you asked for access to this collection already: the access manager has it before them")
            values = {"person": person, "collection": collection, "profile": profile, "why": why, "ends": ends}
            made = connection.execute(insert(requests).values(**values, at=now(), state="waiting"))
            append(connection, person, "access.asked", person, collection=collection, profile=profile, why=why)
            return _request(connection, made.inserted_primary_key[0])  # type: ignore[index]

    def requests(self, *, waiting: bool = False, person: str | None = None) -> Sequence[AccessRequest]:
        """Requests, the oldest first when they wait, else the newest first."""
        chosen = select(requests).order_by(requests.c.id if waiting else requests.c.id.desc())
        if waiting:
            chosen = chosen.where(requests.c.state == "waiting")
        if person is not None:
            chosen = chosen.where(requests.c.person == person)
        with reading(self.engine) as connection:
            return [AccessRequest(**row._mapping) for row in connection.execute(chosen)]

    def request(self, request: int) -> AccessRequest:
        """Raises `WorkbenchError` when there is none of this number."""
        with reading(self.engine) as connection:
            return _request(connection, request)

    def approve(
        self, request: int, *, by: str, profile: str | None = None, ends: date | None = None, why: str = ""
    ) -> GrantRow:
        """Say yes, with another profile or end than was asked if need be. Raises `Refused` when it was decided."""
        with writing(self.engine) as connection:
            found = _waiting(connection, request)
            _decide(connection, found, "approved", by, why)
            asked = f"request {found.id}: {found.why}"
            return _give(connection, found.person, found.collection, profile or found.profile, by, asked, ends)

    def refuse(self, request: int, *, by: str, why: str) -> AccessRequest:
        """Say no, with a reason that the person reads. Raises `Refused` when it was decided before."""
        why = _reason(why)
        with writing(self.engine) as connection:
            found = _waiting(connection, request)
            _decide(connection, found, "refused", by, why)
            append(connection, by, "access.refused", found.person, collection=found.collection, why=why)
            return _request(connection, request)

    def take_back(self, request: int, *, by: str) -> AccessRequest:
        """The person asks no more. Raises `Refused` for the request of somebody else."""
        with writing(self.engine) as connection:
            found = _waiting(connection, request)
            if found.person != by:
                raise Refused("this is the request of somebody else")
            _decide(connection, found, "taken_back", by, "")
            append(connection, by, "access.taken_back", found.person, collection=found.collection)
            return _request(connection, request)


def current(connection: Connection) -> list[GrantRow]:
    """Rights that hold today, in a transaction that is under way."""
    holding = (grants.c.withdrawn_at.is_(None)) & or_(grants.c.ends.is_(None), grants.c.ends >= today())
    chosen = select(grants).where(holding).order_by(grants.c.id)
    return [GrantRow(**row._mapping) for row in connection.execute(chosen)]


def changed(connection: Connection) -> None:
    """Tell every reader that people or rights are no longer what they were."""
    connection.execute(update(access_changes).values(number=access_changes.c.number + 1))


def _give(
    connection: Connection, person: str, collection: str, profile: str, by: str, why: str, ends: date | None
) -> GrantRow:
    why = _reason(why)
    _future(ends)
    _person(connection, person, lock=True)
    for held in current(connection):
        if (held.person, held.collection) == (person, collection):
            _withdraw(connection, held, by, f"replaced by {profile}")
    values = {"person": person, "collection": collection, "profile": profile, "ends": ends, "why": why, "by": by}
    made = connection.execute(insert(grants).values(**values, at=now()))
    changed(connection)
    detail = {"collection": collection, "profile": profile, "ends": _day(ends), "why": why}
    append(connection, by, "access.given", person, **detail)
    return _grant(connection, made.inserted_primary_key[0])  # type: ignore[index]


def _withdraw(connection: Connection, found: GrantRow, by: str, why: str) -> None:
    values = {"withdrawn_by": by, "withdrawn_at": now(), "withdrawn_why": why}
    connection.execute(update(grants).where(grants.c.id == found.id).values(**values))
    changed(connection)
    detail = {"collection": found.collection, "profile": found.profile, "why": why}
    append(connection, by, "access.withdrawn", found.person, **detail)


def _decide(connection: Connection, found: AccessRequest, state: str, by: str, why: str) -> None:
    values = {"state": state, "decided_by": by, "decided_at": now(), "decided_why": why.strip() or None}
    connection.execute(update(requests).where(requests.c.id == found.id).values(**values))


def _waiting(connection: Connection, request: int) -> AccessRequest:
    found = _request(connection, request, lock=True)
    if found.state != "waiting":
        raise Refused(f"this request was decided already, by {found.decided_by}")
    return found


def _grant(connection: Connection, grant: int, *, lock: bool = False) -> GrantRow:
    chosen = select(grants).where(grants.c.id == grant)
    row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if row is None:
        raise WorkbenchError("there is no such right")
    return GrantRow(**row._mapping)


def _request(connection: Connection, request: int, *, lock: bool = False) -> AccessRequest:
    chosen = select(requests).where(requests.c.id == request)
    row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if row is None:
        raise WorkbenchError("there is no such request")
    return AccessRequest(**row._mapping)


def _person(connection: Connection, login: str, *, lock: bool) -> None:
    """The lock puts two decisions about one person in line: nobody ends with two profiles in a collection."""
    chosen = select(people.c.login).where(people.c.login == login)
    if connection.execute(chosen.with_for_update() if lock else chosen).one_or_none() is None:
        raise WorkbenchError(f"there is no person '{login}'")


def _reason(why: str) -> str:
    if not why.strip():
        raise WorkbenchError("a reason is needed: who reviews this later reads it")
    return why.strip()[:2_000]


def _future(ends: date | None) -> None:
    if ends is not None and ends < today():
        raise WorkbenchError(f"the end date {ends} is in the past: give a day to come")


def _day(ends: date | None) -> str:
    return ends.isoformat() if ends else ""
