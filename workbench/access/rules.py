"""Who may give which right to whom. Each rule is a pair: one raises with the reason, one answers yes or no.

Every organisation has access managers who decide on the rights of its own people (Entity Access Management of
healthdata.be). Two rules are ours: a profile must fit the organisation, or an access manager of one hospital could make
a colleague a sponsor who reads all hospitals; and nobody decides on themselves.
"""

from __future__ import annotations

from workbench.access.directory import Organisation
from workbench.access.profiles import Duty, Profile, Role, Viewer
from workbench.errors import Refused


def profiles_of(organisation: Organisation) -> tuple[Profile, ...]:
    """The profiles that people of an organisation can hold: a hospital provides, a sponsor sponsors, others neither."""
    role = {"hospital": Role.PROVIDER, "sponsor": Role.SPONSOR}.get(organisation.kind)
    return tuple(profile for profile in Profile if profile.role is role)


def check_can_manage(manager: Viewer, organisation: str) -> None:
    """Raises `Refused` unless `manager` is an access manager of `organisation`."""
    if not manager.has(Duty.ACCESS_MANAGER):
        raise Refused("only an access manager decides on rights")
    if manager.organisation != organisation:
        raise Refused("an access manager decides on the rights of the own organisation only")


def can_manage(manager: Viewer, organisation: str) -> bool:
    """Whether `manager` decides on the rights of people of `organisation`."""
    try:
        check_can_manage(manager, organisation)
    except Refused:
        return False
    return True


def check_can_hold(organisation: Organisation, profile: Profile) -> None:
    """Raises `Refused` for a profile that people of this organisation cannot hold."""
    if profile not in profiles_of(organisation):
        raise Refused(
            f"people of {organisation.name} cannot hold the profile {profile.value}: it is no such organisation"
        )


def check_can_give(manager: Viewer, person: str, organisation: Organisation, profile: Profile) -> None:
    """Raises `Refused` unless `manager` may give `profile` to `person` of `organisation`."""
    check_can_manage(manager, organisation.id)
    if manager.person == person:
        raise Refused("nobody decides on rights of their own: ask another access manager")
    check_can_hold(organisation, profile)
