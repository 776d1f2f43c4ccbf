"""The password of each person, as a hash: beside the people, so that every process and every backup has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from workbench.errors import WorkbenchError
from workbench.state.audit import append
from workbench.state.tables import accounts, log_ins, now, people
from workbench.state.transactions import reading, writing


@dataclass(frozen=True)
class Accounts:
    """Who has a password. What is hashed, and how hard, is for `workbench.access` to say."""

    engine: Engine

    def hashes(self) -> dict[str, str]:
        """Log-in name -> hash."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(accounts.c.login, accounts.c.hash))
            return {login: digest for login, digest in rows}

    def set(self, hashes: Mapping[str, str], by: str) -> None:
        """Give people new passwords: what they were logged in with ends. Raises `WorkbenchError` for who is unknown."""
        with writing(self.engine) as connection:
            known = set(connection.execute(select(people.c.login)).scalars())
            unknown = sorted(hashes.keys() - known)
            if unknown:
                raise WorkbenchError(f"there is no person {', '.join(map(repr, unknown))}")
            for table, column in ((accounts, accounts.c.login), (log_ins, log_ins.c.person)):
                connection.execute(delete(table).where(column.in_(list(hashes))))
            if hashes:
                rows = [{"login": login, "hash": one, "changed": now()} for login, one in hashes.items()]
                connection.execute(insert(accounts), rows)
                append(connection, by, "access.password", ", ".join(sorted(hashes)))
