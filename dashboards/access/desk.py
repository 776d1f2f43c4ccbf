"""What an access manager, an auditor or anyone logged in finds on the page of rights: plain values for the template.

An access manager sees the own organisation, an auditor all of them; whoever else sees only what is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from dashboards.access.log import LogPage
from dashboards.house import House
from workbench.access import Duty, Organisation, Person, Profile, Viewer, can_manage, profiles_of
from workbench.access.stale import Stale, stale
from workbench.state import AccessRequest, Entry, GrantRow
from workbench.state.tables import today

LOOKS = ("report.opened", "report.chosen", "report.exported", "report.refused")
MOST = 200  # entries of the log on one page


@dataclass(frozen=True)
class Body:
    """An organisation with its access managers and how many people and rights it has."""

    organisation: Organisation
    managers: tuple[str, ...]
    people: int
    rights: int


@dataclass(frozen=True)
class Seen:
    """One look at a report."""

    entry: Entry
    at: datetime
    name: str
    report: str
    chosen: str


@dataclass(frozen=True)
class Desk:
    """The rights as `viewer` may see them, in language `lang`; made for one request."""

    house: House
    viewer: Viewer
    lang: str

    @property
    def oversees(self) -> bool:
        """Whether there is more to see than one's own rights."""
        return self.viewer.has(Duty.ACCESS_MANAGER, Duty.AUDITOR)

    @property
    def audits(self) -> bool:
        """Whether the whole audit log is theirs to read."""
        return self.viewer.has(Duty.AUDITOR)

    def log(self, asked: Mapping[str, str]) -> LogPage:
        """The log under the filters of an address; only for who `audits`."""
        return LogPage(self.house.open_state.audit, asked)

    def may_see(self, organisation: str) -> bool:
        return self.viewer.has(Duty.AUDITOR) or can_manage(self.viewer, organisation)

    def may_decide(self, login: str) -> bool:
        """Whether the viewer gives and withdraws rights of this person."""
        row = self.rows.get(login)
        return row is not None and login != self.viewer.person and can_manage(self.viewer, row[1])

    @cached_property
    def rows(self) -> dict[str, tuple[str, str, bool]]:
        """By log-in, of everybody, active or not: name, organisation, active."""
        _, _, people, _ = self.house.open_state.people.everything()
        return {one.login: (one.name, one.organisation, one.active) for one in people}

    def name(self, login: str | None) -> str:
        """The name of a person; the log-in itself when nobody has it."""
        row = self.rows.get(login or "")
        return row[0] if row else (login or "")

    def collection(self, study: str) -> str:
        """The name of a collection."""
        found = self.house.collections.get(study)
        return found.label[self.lang] if found else study

    @property
    def collections(self) -> list[tuple[str, str]]:
        """Every collection with its name, by name."""
        return sorted(((study, self.collection(study)) for study in self.house.collections), key=lambda one: one[1])

    def organisation(self, login: str | None = None) -> Organisation | None:
        """The organisation of a person, by default of the viewer."""
        directory = self.house.directory
        row = self.rows.get(login or self.viewer.person or "")
        return directory.organisations.get(row[1]) if row else None

    def profiles(self, login: str | None = None) -> tuple[Profile, ...]:
        """The profiles that a person can hold at all."""
        organisation = self.organisation(login)
        return profiles_of(organisation) if organisation else ()

    @property
    def managers(self) -> list[str]:
        """Names of those who decide on what the viewer asks."""
        mine = self.viewer.organisation
        people = self.house.directory.people.values()
        found = [one for one in people if one.organisation == mine and Duty.ACCESS_MANAGER in one.duties]
        return sorted(one.name for one in found if one.login != self.viewer.person)

    def grants(self, login: str) -> list[GrantRow]:
        """Every right a person has or had, the newest first; nothing of people the viewer may not see."""
        row = self.rows.get(login)
        if row is None or not (login == self.viewer.person or self.may_see(row[1])):
            return []
        return list(self.house.open_state.grants.all(login))

    @property
    def mine(self) -> list[GrantRow]:
        return self.grants(self.viewer.person or "")

    @property
    def log_ins(self) -> int:
        """In how many browsers the viewer is logged in now."""
        return self.house.logins.of(self.viewer.person or "")

    @property
    def asked(self) -> list[AccessRequest]:
        """What the viewer asked for, the newest first."""
        return list(self.house.open_state.grants.requests(person=self.viewer.person or ""))

    @property
    def waiting(self) -> list[AccessRequest]:
        """Requests to decide on, the oldest first."""
        rows = self.rows
        found = self.house.open_state.grants.requests(waiting=True)
        return [one for one in found if one.person in rows and self.may_see(rows[one.person][1])]

    @property
    def people(self) -> list[tuple[Person | None, str, str, bool, list[GrantRow]]]:
        """Person (None when no longer active), log-in, name, active, and the rights that hold; by name."""
        held: dict[str, list[GrantRow]] = {}
        for grant in self.house.open_state.grants.current():
            held.setdefault(grant.person, []).append(grant)
        active = self.house.directory.people
        found = [
            (active.get(login), login, name, alive, held.get(login, []))
            for login, (name, organisation, alive) in self.rows.items()
            if self.may_see(organisation)
        ]
        return sorted(found, key=lambda one: one[2])

    @property
    def bodies(self) -> list[Body]:
        """All organisations: whom to ask is no secret to who oversees rights."""
        if not self.oversees:
            return []
        directory, grants = self.house.directory, self.house.open_state.grants.current()
        found = []
        for one in directory.organisations.values():
            people = [person for person in directory.people.values() if person.organisation == one.id]
            logins = {person.login for person in people}
            managers = tuple(sorted(person.name for person in people if Duty.ACCESS_MANAGER in person.duties))
            found.append(Body(one, managers, len(people), sum(grant.person in logins for grant in grants)))
        return sorted(found, key=lambda one: one.organisation.name)

    @property
    def stale(self) -> list[Stale]:
        """Rights to review."""
        rows, reports = self.rows, self.house.reports
        used: dict[tuple[str, str], datetime] = {}
        for what in LOOKS[:-1]:
            for (person, report), at in self.house.open_state.audit.last_by(what).items():
                if report in reports:
                    key = person, reports[report].study
                    used[key] = max(at, used.get(key, at))
        grants = [one for one in self.house.open_state.grants.current() if self.may_see(rows[one.person][1])]
        return stale(grants, used, self.house.rights_policy, today())

    def seen(self, person: str = "", study: str = "") -> list[Seen]:
        """The last looks at reports, by everybody the viewer may see or by one person, the newest first."""
        rows, reports, found = self.rows, self.house.reports, list[Seen]()
        visible = {login for login, (_, organisation, _) in rows.items() if self.may_see(organisation)}
        everyone = self.viewer.has(Duty.AUDITOR)
        if person and person not in visible:
            return []
        log = self.house.open_state.audit
        for entry in log.newest(MOST * (1 if person or everyone else 20), who=person or None, what=LOOKS):
            report = reports.get(entry.about)
            if not (everyone or entry.who in visible) or (study and (report is None or report.study != study)):
                continue
            chosen = ", ".join(entry.details[key] for key in ("indicator", "hospital", "year") if key in entry.details)
            title = report.label[self.lang] if report else entry.about
            found.append(Seen(entry, datetime.fromisoformat(entry.at), self.name(entry.who), title, chosen))
        return found[:MOST]

    @property
    def today(self) -> date:
        return today()

    @property
    def known(self) -> frozenset[str]:
        """The profiles that have a name; a newer workbench may have given others."""
        return frozenset(profile.value for profile in Profile)

    @property
    def last_day(self) -> date:
        """The furthest end that a right can get today."""
        return today() + timedelta(days=self.house.rights_policy.longest_days)

    @property
    def next_year(self) -> date:
        """The end that is offered."""
        return min(today() + timedelta(days=365), self.last_day)
