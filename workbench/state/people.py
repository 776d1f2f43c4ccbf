"""Organisations and people as the access managers keep them; the catalogue's files are only where they begin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.errors import WorkbenchError
from workbench.state.audit import append
from workbench.state.grants import GrantRow, changed, current
from workbench.state.tables import access_changes, audit, grants, now, organisations, people
from workbench.state.transactions import reading, writing

SEED, SEEDED = "seed", "access.seeded"  # who gave what the files of the catalogue give, and the entry that tells


@dataclass(frozen=True)
class OrganisationRow:
    """The fields of `workbench.access.Organisation`."""

    id: str
    name: str
    kind: str
    hospital: str | None
    access_manager: str
    contact: str


@dataclass(frozen=True)
class PersonRow:
    """A person; `registered` gives the years by collection, `duties` the names of duties."""

    login: str
    name: str
    organisation: str
    task: str
    duties: tuple[str, ...] = ()
    registered: Mapping[str, Sequence[int]] | None = None
    active: bool = True


@dataclass(frozen=True)
class People:
    """All organisations and people."""

    engine: Engine

    def changes(self) -> int:
        """A number that goes up with every change of people, organisations and grants."""
        with reading(self.engine) as connection:
            return int(connection.execute(select(access_changes.c.number)).scalar_one())

    def everything(self) -> tuple[int, list[OrganisationRow], list[PersonRow], list[GrantRow]]:
        """The change number, organisations, people and the grants that stand, all of one moment."""
        with reading(self.engine) as connection:
            number = int(connection.execute(select(access_changes.c.number)).scalar_one())
            bodies = [OrganisationRow(**row._mapping) for row in connection.execute(select(organisations))]
            found = connection.execute(select(people).order_by(people.c.login))
            return number, bodies, [_person(dict(row._mapping)) for row in found], current(connection)

    def seeded(self) -> bool:
        """Whether the people of the catalogue's files were taken in: then this is a demo."""
        with reading(self.engine) as connection:
            return connection.execute(select(audit.c.number).where(audit.c.what == SEEDED).limit(1)).first() is not None

    def seed(
        self,
        bodies: Iterable[OrganisationRow],
        found: Iterable[PersonRow],
        given: Iterable[tuple[str, str, str]],
    ) -> int:
        """Take in whoever is not known yet, with their grants (person, collection, profile); returns how many.

        Who is known already keeps what the access managers made of it: a file never gives a withdrawn right back.
        """
        with writing(self.engine) as connection:
            there = set(connection.execute(select(organisations.c.id)).scalars())
            bodies_new = [vars(one) for one in bodies if one.id not in there]
            if bodies_new:
                connection.execute(insert(organisations), bodies_new)
            known = set(connection.execute(select(people.c.login)).scalars())
            people_new = [_columns(one) for one in found if one.login not in known]
            if people_new:
                connection.execute(insert(people), people_new)
            new = {str(one["login"]) for one in people_new}
            first = {"why": "", "by": SEED, "at": now(), "ends": None}
            grants_new = [
                {"person": person, "collection": collection, "profile": profile, **first}
                for person, collection, profile in given
                if person in new
            ]
            if grants_new:
                connection.execute(insert(grants), grants_new)
            if bodies_new or people_new:
                changed(connection)
                append(connection, SEED, SEEDED, people=", ".join(sorted(new)))
            return len(people_new)

    def add_organisation(self, one: OrganisationRow, by: str) -> None:
        """Raises `WorkbenchError` when its id is taken."""
        with _new(self.engine, f"there is an organisation '{one.id}' already") as connection:
            connection.execute(insert(organisations).values(**vars(one)))
            changed(connection)
            append(connection, by, "access.organisation", one.id, name=one.name)

    def set_contact(self, organisation: str, manager: str, contact: str, by: str) -> None:
        """Whom its people ask from now on, and where. Raises `WorkbenchError` for an unknown organisation."""
        with writing(self.engine) as connection:
            values = {"access_manager": manager, "contact": contact}
            found = connection.execute(update(organisations).where(organisations.c.id == organisation).values(**values))
            if found.rowcount == 0:
                raise WorkbenchError(f"there is no organisation '{organisation}'")
            changed(connection)
            append(connection, by, "access.contact", organisation, manager=manager, contact=contact)

    def add(self, one: PersonRow, by: str) -> None:
        """Raises `WorkbenchError` when the log-in name is taken, or the organisation is not known."""
        with _new(self.engine, f"'{one.login}' exists already, or its organisation does not") as connection:
            connection.execute(insert(people).values(**_columns(one)))
            changed(connection)
            append(connection, by, "access.person", one.login, organisation=one.organisation)

    def activate(self, login: str, by: str, *, active: bool) -> None:
        """Let a person log in or no longer; grants stay and hold again when the person comes back."""
        with writing(self.engine) as connection:
            _known(connection, login)
            connection.execute(update(people).where(people.c.login == login).values(active=active))
            changed(connection)
            append(connection, by, "access.activated" if active else "access.deactivated", login)

    def set_duties(self, login: str, duties: Sequence[str], by: str) -> None:
        """Give a person these duties and no others."""
        with writing(self.engine) as connection:
            _known(connection, login)
            connection.execute(update(people).where(people.c.login == login).values(duties=json.dumps(list(duties))))
            changed(connection)
            append(connection, by, "access.duties", login, duties=", ".join(duties))


@contextmanager
def _new(engine: Engine, otherwise: str) -> Iterator[Connection]:
    """A transaction in which a row that does not fit is the fault of whoever gave it."""
    try:
        with writing(engine) as connection:
            yield connection
    except IntegrityError as error:
        raise WorkbenchError(otherwise) from error


def _known(connection: Connection, login: str) -> None:
    if connection.execute(select(people.c.login).where(people.c.login == login)).one_or_none() is None:
        raise WorkbenchError(f"there is no person '{login}'")


def _columns(one: PersonRow) -> dict[str, object]:
    texts = {"duties": json.dumps(list(one.duties)), "registered": json.dumps(one.registered or {})}
    return {**vars(one), **texts}


def _person(row: dict[str, object]) -> PersonRow:
    duties, registered = json.loads(str(row.pop("duties"))), json.loads(str(row.pop("registered")))
    return PersonRow(**{**row, "duties": tuple(duties), "registered": registered})
