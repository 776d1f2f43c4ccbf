"""People, organisations and profiles: who may look, and the check that it is they who look."""

from workbench.access.directory import Directory, Organisation, Person, StudyEntry
from workbench.access.load import load_directory
from workbench.access.passwords import PASSWORD_VARIABLE, authenticate, set_password, start_demo_accounts
from workbench.access.profiles import PUBLIC, Duty, Grant, Level, Profile, Role, Viewer
from workbench.access.register import Register, seed
from workbench.access.rules import can_manage, check_can_give, check_can_hold, check_can_manage, profiles_of
from workbench.access.throttle import Throttle

__all__ = [
    "PASSWORD_VARIABLE",
    "PUBLIC",
    "Directory",
    "Duty",
    "Grant",
    "Level",
    "Organisation",
    "Person",
    "Profile",
    "Register",
    "Role",
    "StudyEntry",
    "Throttle",
    "Viewer",
    "authenticate",
    "can_manage",
    "check_can_give",
    "check_can_hold",
    "check_can_manage",
    "load_directory",
    "profiles_of",
    "seed",
    "set_password",
    "start_demo_accounts",
]
