"""People, organisations and profiles: who may look, and the check that it is they who look."""

from workbench.access.directory import Directory, Organisation, Person, StudyEntry
from workbench.access.load import load_directory
from workbench.access.passwords import PASSWORD_VARIABLE, authenticate, read_accounts, start_demo_accounts
from workbench.access.profiles import PUBLIC, Duty, Grant, Level, Profile, Role, Viewer
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
    "Role",
    "StudyEntry",
    "Throttle",
    "Viewer",
    "authenticate",
    "load_directory",
    "read_accounts",
    "start_demo_accounts",
]
