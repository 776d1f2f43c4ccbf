"""Opening the database: SQLite with a write-ahead log, or PostgreSQL; migrated at the start, or refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from workbench.errors import WorkbenchError
from workbench.state.accounts import Accounts
from workbench.state.attempts import Attempts
from workbench.state.audit import AuditLog
from workbench.state.drafts import Drafts
from workbench.state.events import Events
from workbench.state.grants import Grants
from workbench.state.log_ins import LogIns
from workbench.state.people import People
from workbench.state.subjects import Subjects
from workbench.state.upgrade import upgrade

FILE = "state.sqlite"
URL_VARIABLE = "WORKBENCH_STATE"


@dataclass(frozen=True)
class State:
    """The open database, by subject."""

    engine: Engine

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.engine)

    @cached_property
    def events(self) -> Events:
        return Events(self.engine)

    @cached_property
    def people(self) -> People:
        return People(self.engine)

    @cached_property
    def grants(self) -> Grants:
        return Grants(self.engine)

    @cached_property
    def audit(self) -> AuditLog:
        return AuditLog(self.engine)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.engine)

    @cached_property
    def subjects(self) -> Subjects:
        return Subjects(self.engine)

    @cached_property
    def log_ins(self) -> LogIns:
        return LogIns(self.engine)

    @cached_property
    def attempts(self) -> Attempts:
        return Attempts(self.engine)

    def close(self) -> None:
        """Give all connections back; SQLite then folds its log into the file."""
        self.engine.dispose()


def state_url(folder: Path) -> str:
    """Where the state is kept: what `WORKBENCH_STATE` says, else a SQLite file in `folder`."""
    return os.environ.get(URL_VARIABLE) or URL.create("sqlite", database=str(folder / FILE)).render_as_string(False)


def stands(folder: Path) -> bool:
    """Whether there is a state to open for `folder`; what `WORKBENCH_STATE` names is taken at its word."""
    return bool(os.environ.get(URL_VARIABLE)) or (folder / FILE).exists()


def open_state(where: Path | str) -> State:
    """Open the state in a folder or at a URL, make or migrate its tables, and return it.

    `where` is a folder (SQLite in it, made when missing) or `sqlite:///...` or `postgresql://...`. Raises
    `WorkbenchError` for a URL of another kind, a database that does not answer, one that is no state of ours, and
    one that a newer workbench has migrated.
    """
    text = state_url(where) if isinstance(where, Path) else where
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise WorkbenchError("the state is a folder, sqlite:///FILE or postgresql://USER@HOST/DATABASE") from error
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    try:
        upgrade(engine)
    except DBAPIError as error:
        engine.dispose()
        raise unreachable(url, error) from error
    except BaseException:
        engine.dispose()
        raise
    return State(engine)


def unreachable(url: URL, error: DBAPIError) -> WorkbenchError:
    """What the database said, under an address without its password."""
    said = " ".join(str(error.orig).split())
    todo = "See that it is there, that it may be written, and that its disk has room; nothing was kept meanwhile"
    return WorkbenchError(f"the state at {url.render_as_string(hide_password=True)} cannot be opened: {said}. {todo}")


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver of Python would begin its transactions by itself, later than meant; see `begin`.
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Who will write takes the lock first: a reader that turns writer would be refused half-way.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")

    return engine


def _writes(connection: Any) -> bool:
    return bool(connection.get_execution_options().get("writes"))


def _postgresql(url: URL) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise WorkbenchError(f"the state cannot be kept in {url.get_backend_name()}: SQLite and PostgreSQL are known")
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except (NoSuchModuleError, ImportError) as error:
        raise WorkbenchError("PostgreSQL needs the library psycopg: run make setup") from error
