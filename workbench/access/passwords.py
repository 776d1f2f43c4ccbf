"""Passwords as argon2id hashes in the state, the check of one, and the accounts of a demo.

A demo start makes a new password each time unless the environment gives one; nothing that could be guessed is stored.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workbench.access.directory import Directory
from workbench.access.register import seed
from workbench.errors import WorkbenchError
from workbench.state import State
from workbench.state.people import SEED

PASSWORD_VARIABLE = "WORKBENCH_DEMO_PASSWORD"
LEAST_OF_DEMO, LEAST, MAX_PASSWORD = 8, 12, 512
# The second profile of RFC 9106 with less memory: about 30 ms on a small machine, so that a laptop can
# serve a classroom; tests measure nothing against the clock.
_HASHER = PasswordHasher(time_cost=3, memory_cost=32_768, parallelism=1)
# Compared against when the login is unknown, so that an answer takes as long as for a known one.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def start_demo_accounts(files: Directory, state: State, environ: Mapping[str, str] = os.environ) -> str:
    """Take the invented people of `files` in, give them one shared password, and return it for the caller to print.

    The password is `WORKBENCH_DEMO_PASSWORD` when set (at least 8 characters), otherwise a new random one. Who has that
    password already stays logged in, so that a second process may serve the same demo.
    """
    password = environ.get(PASSWORD_VARIABLE) or secrets.token_urlsafe(9)
    if not LEAST_OF_DEMO <= len(password) <= MAX_PASSWORD:
        raise WorkbenchError(f"{PASSWORD_VARIABLE} must have {LEAST_OF_DEMO} to {MAX_PASSWORD} characters")
    seed(state, files)
    held = state.accounts.hashes() if PASSWORD_VARIABLE in environ else {}
    new = [login for login in files.people if not authenticate(held, login, password)]
    state.accounts.set({login: _HASHER.hash(password) for login in new}, SEED)
    return password


def set_password(state: State, login: str, password: str, by: str) -> None:
    """Give a person a password; ends what they are logged in with. Raises `WorkbenchError` for a short or long one."""
    if not LEAST <= len(password) <= MAX_PASSWORD:
        raise WorkbenchError(f"a password has {LEAST} to {MAX_PASSWORD} characters: several words are easy to keep")
    state.accounts.set({login: _HASHER.hash(password)}, by)


def authenticate(accounts: Mapping[str, str], login: str, password: str) -> bool:
    """Is this the password of `login`? Does the same work for an unknown login as for a known one."""
    known = accounts.get(login)
    try:
        matches = _HASHER.verify(known if known is not None else _NOBODY, password[:MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return matches and known is not None and len(password) <= MAX_PASSWORD
