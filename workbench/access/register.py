"""The directory as the access managers keep it: a view of the state, never older than the last change.

The files of `catalog/access` hold invented people: `seed` takes them in where somebody asked for a demo, and nowhere
else. From then on the state counts: a right given or withdrawn there holds at the next look, and every look asks
the database whether anything changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from workbench.access.directory import Directory, GrantEntry, Organisation, Person, Registered
from workbench.access.profiles import Duty, Profile, Viewer
from workbench.state import GrantRow, OrganisationRow, PersonRow, State
from workbench.state.tables import today


@dataclass
class Register:
    """`files` gives the studies; `day` is the calendar."""

    state: State
    files: Directory
    day: Callable[[], date] = today
    _seen: tuple[int, date] | None = None
    _directory: Directory = field(default_factory=Directory)
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> Directory:
        """Organisations, active people and the rights that hold today. Raises what a lost database raises."""
        with self._lock:
            if self._seen != (self.state.people.changes(), self.day()):
                number, bodies, people, grants = self.state.people.everything()
                day = self.day()
                organisations = {one.id: Organisation(**vars(one)) for one in bodies}
                held = [one for one in grants if one.holds(day)]
                active = {one.login: _person(one, held) for one in people if one.active}
                self._directory = Directory(organisations, active, self.files.studies)
                self._seen = (number, day)
            return self._directory

    def viewer(self, login: str) -> Viewer | None:
        """See `Directory.viewer`."""
        return self.now().viewer(login)

    def may_read_study(self, viewer: Viewer, study: str) -> bool:
        """See `Directory.may_read_study`."""
        return self.now().may_read_study(viewer, study)


def seed(state: State, files: Directory) -> int:
    """Take the people of the files in who are not known yet; returns how many. Makes the state one of a demo."""
    people = files.people.values()
    return state.people.seed(
        [OrganisationRow(**one.model_dump()) for one in files.organisations.values()],
        [_row(one) for one in people],
        [(one.login, grant.collection, grant.profile.value) for one in people for grant in one.grants],
    )


def _row(one: Person) -> PersonRow:
    registered = {entry.collection: list(entry.years) for entry in one.registered}
    return PersonRow(one.login, one.name, one.organisation, one.task, tuple(d.value for d in one.duties), registered)


def _person(row: PersonRow, grants: list[GrantRow]) -> Person:
    """A duty or profile of which this code knows nothing gives nothing."""
    profiles, duties = {one.value for one in Profile}, {one.value for one in Duty}
    return Person(
        login=row.login,
        name=row.name,
        organisation=row.organisation,
        task=row.task,
        duties=tuple(Duty(one) for one in row.duties if one in duties),
        grants=tuple(
            GrantEntry(collection=one.collection, profile=Profile(one.profile))
            for one in grants
            if one.person == row.login and one.profile in profiles
        ),
        registered=tuple(
            Registered(collection=collection, years=tuple(years))
            for collection, years in (row.registered or {}).items()
        ),
    )
