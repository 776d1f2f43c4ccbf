"""Organisations, people, and who registered which hospital and year.

This is what an access manager keeps up to date (Entity Access Management). The files of the repository
hold fictional organisations and people only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from workbench.access.profiles import Duty, Grant, Profile, Role, Viewer
from workbench.catalog.base import Cite

Text = Annotated[str, StringConstraints(min_length=1)]
Login = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9.-]{1,63}$")]
HeldDuty = Annotated[Duty, BeforeValidator(lambda value: Duty(value))]
GrantedProfile = Annotated[Profile, BeforeValidator(lambda value: Profile(value))]
REGISTRATIONS = pa.schema(
    [(column, pa.string()) for column in ("collection", "person", "name", "hospital")] + [("year", pa.int32())]
)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Organisation(_Entry):
    """A hospital (`hospital` is its CODE_AGR) or a sponsor, with the access manager to ask."""

    id: Text
    name: Text
    kind: Literal["hospital", "sponsor", "other"]
    hospital: Text | None = None
    access_manager: Text
    contact: Text


class GrantEntry(_Entry):
    collection: Text
    profile: GrantedProfile


class Registered(_Entry):
    """The discharge years of the own hospital that a person registered for a collection."""

    collection: Text
    years: tuple[int, ...]


class Person(_Entry):
    login: Login
    name: Text
    organisation: Text
    task: Text
    duties: tuple[HeldDuty, ...] = ()
    grants: tuple[GrantEntry, ...] = ()
    registered: tuple[Registered, ...] = ()


class StudyEntry(_Entry):
    """Whether everyone may read the design of a study: who delivers what to whom, and why."""

    study: Text
    public: bool
    cite: Cite


@dataclass(frozen=True)
class Directory:
    """People, organisations and studies by key; immutable once read."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    studies: Mapping[str, StudyEntry] = field(default_factory=dict)

    def viewer(self, login: str) -> Viewer | None:
        """The viewer behind a login name, with the grants of this moment; None when unknown."""
        person = self.people.get(login)
        if person is None:
            return None
        grants = tuple(Grant(grant.collection, grant.profile) for grant in person.grants)
        hospital = self.organisations[person.organisation].hospital
        return Viewer(person.login, person.name, person.organisation, hospital, grants, frozenset(person.duties))

    def may_read_study(self, viewer: Viewer, study: str) -> bool:
        """Whether the design of a study may be shown: to everyone when it is listed as public, else to its sponsor.

        A study that no file lists is not public.
        """
        entry = self.studies.get(study)
        return (entry is not None and entry.public) or viewer.profile(study).role is Role.SPONSOR

    def describe(self, login: str) -> str:
        """Name, organisation and profiles of a person in one line; raises `KeyError` when unknown."""
        person = self.people[login]
        grants = (f"{grant.profile.value} in {grant.collection}" for grant in person.grants)
        held = ", ".join(grants) or Profile.PUBLIC.value
        return f"{person.name}, {self.organisations[person.organisation].name}: {held}"

    def registrations(self) -> pa.Table:
        """One row per collection, person, hospital and year (columns: `REGISTRATIONS`)."""
        rows = [
            {
                "collection": entry.collection,
                "person": person.login,
                "name": person.name,
                "hospital": self.organisations[person.organisation].hospital,
                "year": year,
            }
            for person in self.people.values()
            for entry in person.registered
            for year in entry.years
        ]
        return pa.Table.from_pylist(rows, schema=REGISTRATIONS)
