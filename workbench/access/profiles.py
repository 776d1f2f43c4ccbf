"""Who is looking, and with which profile: the four profiles of healthstat.be plus the public.

A profile is held per data collection (a study): a person may be a sponsor of one study and nobody
special in the next. Whoever has no profile in a collection sees of it what the public sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """On whose behalf a person looks."""

    PUBLIC = "public"
    PROVIDER = "provider"
    SPONSOR = "sponsor"


class Level(Enum):
    """How the rows of a report are cut: for all, by hospital, or by the person who registered them."""

    PUBLIC = "public"
    HOSPITAL = "hospital"
    INDIVIDUAL = "individual"


class Profile(Enum):
    """Role and level together; the value is how profiles are written in the access files."""

    PUBLIC = "public"
    PROVIDER_HOSPITAL = "provider/hospital"
    PROVIDER_INDIVIDUAL = "provider/individual"
    SPONSOR_HOSPITAL = "sponsor/hospital"
    SPONSOR_INDIVIDUAL = "sponsor/individual"

    @property
    def role(self) -> Role:
        return Role(self.value.split("/")[0])

    @property
    def level(self) -> Level:
        return Level(self.value.split("/")[-1])


class Duty(Enum):
    """What a person does in the workbench itself, whatever the collection; a profile says which figures are shown."""

    DESIGNER = "designer"  # drafts studies and runs them on synthetic people
    REVIEWER = "reviewer"  # comments on drafts and decides on those submitted
    RELEASER = "releaser"  # signs and withdraws releases
    ACCESS_MANAGER = "access_manager"  # grants and withdraws profiles for the own organisation
    AUDITOR = "auditor"  # reads who did and saw what
    OPERATOR = "operator"  # keeps the machine: its jobs and their logs


@dataclass(frozen=True)
class Grant:
    """A profile that an access manager gave for one data collection."""

    collection: str
    profile: Profile


@dataclass(frozen=True)
class Viewer:
    """The person a page or query answers to; `hospital` is the CODE_AGR of the own hospital, if any."""

    person: str | None = None
    name: str = ""
    organisation: str | None = None
    hospital: str | None = None
    grants: tuple[Grant, ...] = ()
    duties: frozenset[Duty] = frozenset()

    @property
    def is_public(self) -> bool:
        """True when nobody is logged in."""
        return self.person is None

    def has(self, *duties: Duty) -> bool:
        """True when one of `duties` is theirs; nobody who is not logged in has any."""
        return not self.is_public and not self.duties.isdisjoint(duties)

    def profile(self, collection: str) -> Profile:
        """The profile held in `collection`; two grants in one collection count as none (fail closed)."""
        held = [grant.profile for grant in self.grants if grant.collection == collection]
        return held[0] if len(held) == 1 and not self.is_public else Profile.PUBLIC


PUBLIC = Viewer()
