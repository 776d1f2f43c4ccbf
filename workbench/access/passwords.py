"""Accounts with argon2id hashes in a state folder, and the check of a password.

The hashes live in one JSON file, readable by its owner only, outside the repository. A demo start makes
a new password each time unless the environment gives one; nothing that could be guessed is stored.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workbench.access.directory import Directory
from workbench.errors import WorkbenchError

PASSWORD_VARIABLE = "WORKBENCH_DEMO_PASSWORD"
MAX_PASSWORD = 512
# The second profile of RFC 9106 with less memory: about 30 ms on a small machine, so that a laptop can
# serve a classroom; tests measure nothing against the clock.
_HASHER = PasswordHasher(time_cost=3, memory_cost=32_768, parallelism=1)
# Compared against when the login is unknown, so that an answer takes as long as for a known one.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def start_demo_accounts(directory: Directory, state_dir: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Give every person of `directory` one shared demo password and return it, for the caller to print.

    The password is `WORKBENCH_DEMO_PASSWORD` when set (at least 8 characters), otherwise a new random one.
    """
    password = environ.get(PASSWORD_VARIABLE) or secrets.token_urlsafe(9)
    if not 8 <= len(password) <= MAX_PASSWORD:
        raise WorkbenchError(f"{PASSWORD_VARIABLE} must have 8 to {MAX_PASSWORD} characters")
    write_accounts(state_dir, {login: _HASHER.hash(password) for login in directory.people})
    return password


def write_accounts(state_dir: Path, hashes: Mapping[str, str]) -> Path:
    """Write the accounts file (login -> argon2 hash) in one step, mode 0600."""
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = state_dir / "accounts.json"
    fresh = state_dir / f".accounts-{secrets.token_hex(6)}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(dict(hashes), file, indent=1)
    fresh.replace(path)
    return path


def read_accounts(state_dir: Path) -> dict[str, str]:
    """Login -> hash; an absent file is an empty set of accounts, a damaged one an error."""
    path = state_dir / "accounts.json"
    if not path.exists():
        return {}
    try:
        hashes = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WorkbenchError(f"{path.name} is damaged: delete it and start again") from error
    if not isinstance(hashes, dict):
        raise WorkbenchError(f"{path.name} holds no accounts: delete it and start again")
    return {str(login): str(digest) for login, digest in hashes.items()}


def authenticate(accounts: Mapping[str, str], login: str, password: str) -> bool:
    """Is this the password of `login`? Does the same work for an unknown login as for a known one."""
    known = accounts.get(login)
    try:
        matches = _HASHER.verify(known if known is not None else _NOBODY, password[:MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return matches and known is not None and len(password) <= MAX_PASSWORD
