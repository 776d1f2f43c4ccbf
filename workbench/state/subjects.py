"""Under which names a provider of log-ins (OpenID Connect) knows our people; who is not here has no way in by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from workbench.errors import WorkbenchError
from workbench.state.audit import append
from workbench.state.tables import log_ins, now, people, subjects
from workbench.state.transactions import reading, writing

LONGEST = 255  # characters of a subject (OpenID Connect Core 1.0, section 2)


def is_subject(text: str) -> bool:
    """Whether a text can be a provider's name for a person: one line that says something, of at most `LONGEST`."""
    return bool(text.strip()) and len(text) <= LONGEST and text.isprintable()


@dataclass(frozen=True)
class Subject:
    """A provider and its name for a person of ours."""

    issuer: str
    subject: str
    person: str


@dataclass(frozen=True)
class Subjects:
    """A person may have several, at one provider or at more; a subject is one person's."""

    engine: Engine

    def person(self, issuer: str, subject: str) -> str | None:
        """The log-in name of a subject; None for a stranger."""
        one = (subjects.c.issuer == issuer) & (subjects.c.subject == subject)
        with reading(self.engine) as connection:
            found = connection.execute(select(subjects.c.person).where(one)).scalar_one_or_none()
        return None if found is None else str(found)

    def known_at(self, issuer: str, person: str) -> bool:
        """Whether a provider knows a person of ours."""
        one = (subjects.c.issuer == issuer) & (subjects.c.person == person)
        with reading(self.engine) as connection:
            return connection.execute(select(subjects.c.subject).where(one).limit(1)).one_or_none() is not None

    def all(self) -> Sequence[Subject]:
        """Of everybody, by person."""
        chosen = select(subjects.c.issuer, subjects.c.subject, subjects.c.person)
        with reading(self.engine) as connection:
            return [Subject(*row) for row in connection.execute(chosen.order_by(subjects.c.person, subjects.c.subject))]

    def link(self, one: Subject, by: str) -> None:
        """Raises `WorkbenchError` for an unknown person, and for a subject that is somebody's already."""
        with writing(self.engine) as connection:
            if connection.execute(select(people.c.login).where(people.c.login == one.person)).one_or_none() is None:
                raise WorkbenchError(f"there is no person '{one.person}': add them first ('workbench people add')")
            same = (subjects.c.issuer == one.issuer) & (subjects.c.subject == one.subject)
            whose = connection.execute(select(subjects.c.person).where(same)).scalar_one_or_none()
            if whose is not None:
                raise WorkbenchError(
                    f"'{one.subject}' is {whose} already: nothing was changed. To move it, unlink it first "
                    "('workbench people unlink')"
                )
            connection.execute(insert(subjects).values(**vars(one), at=now()))
            append(connection, by, "access.linked", one.person, through=one.issuer, subject=one.subject)

    def unlink(self, issuer: str, subject: str, by: str) -> str:
        """Take it away and end what its person is logged in with; returns who that was.

        Raises `WorkbenchError` when it is nobody's.
        """
        one = (subjects.c.issuer == issuer) & (subjects.c.subject == subject)
        with writing(self.engine) as connection:
            whose = connection.execute(select(subjects.c.person).where(one)).scalar_one_or_none()
            if whose is None:
                raise WorkbenchError(f"'{subject}' is nobody here under {issuer}: 'workbench people list' shows who is")
            connection.execute(delete(subjects).where(one))
            connection.execute(delete(log_ins).where(log_ins.c.person == whose))
            append(connection, by, "access.unlinked", str(whose), through=issuer, subject=subject)
        return str(whose)
