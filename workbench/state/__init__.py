"""What must not be lost: drafts, the way of a study, rights, log-ins and the audit log, in one database.

SQLite in the state folder by default, PostgreSQL by URL; the same code and the same tests on both. Nothing of the
database library leaves this room: frozen dataclasses go out, plain values come in.
"""

from workbench.state.accounts import Accounts
from workbench.state.attempts import Attempts
from workbench.state.audit import AuditLog, Broken, Entry, Receipt, verify
from workbench.state.backup import Backup, backup, restore
from workbench.state.drafts import Comment, Conflict, Draft, Drafts, Revision
from workbench.state.events import Event, Events
from workbench.state.grants import AccessRequest, GrantRow, Grants
from workbench.state.log_ins import LogIn, LogIns
from workbench.state.people import OrganisationRow, People, PersonRow
from workbench.state.store import State, open_state, stands, state_url
from workbench.state.subjects import LONGEST as LONGEST_SUBJECT
from workbench.state.subjects import Subject, Subjects, is_subject

__all__ = [
    "LONGEST_SUBJECT",
    "AccessRequest",
    "Accounts",
    "Attempts",
    "AuditLog",
    "Backup",
    "Broken",
    "Comment",
    "Conflict",
    "Draft",
    "Drafts",
    "Entry",
    "Event",
    "Events",
    "GrantRow",
    "Grants",
    "LogIn",
    "LogIns",
    "OrganisationRow",
    "People",
    "PersonRow",
    "Receipt",
    "Revision",
    "State",
    "Subject",
    "Subjects",
    "backup",
    "is_subject",
    "open_state",
    "restore",
    "stands",
    "state_url",
    "verify",
]
