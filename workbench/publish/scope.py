"""Which rows of a report a profile may read: one table, and everything that is not in it is refused.

The rule is that of healthstat.be: a data provider sees the own hospital, or what that very person
registered; a sponsor sees all reports of the level of the profile; the public sees public reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from workbench.access import Level, Profile, Viewer
from workbench.errors import Refused
from workbench.publish.reports import Report

TOTAL = "ALL"


class Scope(Enum):
    """The rows that a query may return."""

    TOTALS = "all hospitals together"
    OWN_HOSPITAL = "the own hospital, and all hospitals together"
    EVERY_HOSPITAL = "every hospital, and all together"
    OWN_REGISTRATIONS = "hospital years the person registered"
    EVERY_REGISTRATION = "hospital years by who registered them"


SCOPES: Mapping[tuple[Level, Profile], Scope] = {
    **{(Level.PUBLIC, profile): Scope.TOTALS for profile in Profile},
    (Level.HOSPITAL, Profile.PROVIDER_HOSPITAL): Scope.OWN_HOSPITAL,
    (Level.HOSPITAL, Profile.SPONSOR_HOSPITAL): Scope.EVERY_HOSPITAL,
    (Level.INDIVIDUAL, Profile.PROVIDER_INDIVIDUAL): Scope.OWN_REGISTRATIONS,
    (Level.INDIVIDUAL, Profile.SPONSOR_INDIVIDUAL): Scope.EVERY_REGISTRATION,
}


def check_can_open(viewer: Viewer, report: Report) -> Scope:
    """The scope of `viewer` in `report`; raises `Refused` when there is none."""
    scope = SCOPES.get((report.level, viewer.profile(report.study)))
    if scope is None or (scope is Scope.OWN_HOSPITAL and not viewer.hospital):
        raise Refused(f"this profile may not open the report {report.id}")
    return scope


def can_open(viewer: Viewer, report: Report) -> bool:
    """Would `check_can_open` let `viewer` in?"""
    try:
        check_can_open(viewer, report)
    except Refused:
        return False
    return True


def is_sponsor(viewer: Viewer, study: str) -> bool:
    """Whether `viewer` is of the sponsor of a study: only those sign its releases off or withdraw them."""
    return viewer.profile(study) in (Profile.SPONSOR_HOSPITAL, Profile.SPONSOR_INDIVIDUAL)
