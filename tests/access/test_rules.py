"""Who may give what to whom: every combination against a table worked out by hand."""

from __future__ import annotations

import itertools

import pytest

from workbench.access import Duty, Organisation, Profile, Viewer, can_manage, check_can_give, profiles_of
from workbench.errors import Refused

KINDS = {"h1": "hospital", "h2": "hospital", "s": "sponsor", "u": "other"}
BODIES = {
    id_: Organisation(id=id_, name=id_, kind=kind, hospital=None, access_manager="x", contact="x")  # type: ignore[arg-type]
    for id_, kind in KINDS.items()
}
FITS = {"hospital": {"provider/hospital", "provider/individual"}, "sponsor": {"sponsor/hospital", "sponsor/individual"}}


@pytest.mark.parametrize("duty", Duty)
def test_a_right_is_given_by_an_access_manager_of_ones_own_organisation_and_only_if_it_fits(duty: Duty) -> None:
    for mine, theirs, profile in itertools.product(KINDS, KINDS, Profile):
        manager = Viewer("m", organisation=mine, duties=frozenset({duty}))
        expected = duty is Duty.ACCESS_MANAGER and mine == theirs and profile.value in FITS.get(KINDS[theirs], set())
        for person, allowed in (("p", expected), ("m", False)):
            try:
                check_can_give(manager, person, BODIES[theirs], profile)
                given = True
            except Refused:
                given = False
            assert given == allowed, (mine, theirs, profile, person)


def test_nobody_who_is_not_logged_in_manages() -> None:
    forged = Viewer(None, organisation="h1", duties=frozenset({Duty.ACCESS_MANAGER}))
    assert not can_manage(forged, "h1")
    assert can_manage(Viewer("m", organisation="h1", duties=frozenset({Duty.ACCESS_MANAGER})), "h1")


def test_nobody_can_hold_the_profile_of_the_public() -> None:
    assert all(Profile.PUBLIC not in profiles_of(one) for one in BODIES.values())
