"""Bringing the tables up to date at the start; a database from the future is left alone."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from workbench.errors import WorkbenchError
from workbench.state.transactions import writing

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 20284  # the advisory lock of PostgreSQL under which one process migrates; any fixed number will do


def script() -> ScriptDirectory:
    """Our migrations, first to last."""
    return ScriptDirectory.from_config(_config())


def newest() -> str:
    """The migration that this code knows as its last."""
    head = script().get_current_head()
    assert head is not None
    return head


def restorable() -> frozenset[str]:
    """Migrations whose backups fit the tables of now: the newest, and those since which tables were only added."""
    fit = {newest()}
    for one in script().walk_revisions():  # from the newest back
        if one.revision not in fit or not getattr(one.module, "only_adds", False):
            break
        fit.add(str(one.down_revision))
    return frozenset(fit)


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction; two processes that start together take turns."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _at(connection) == newest():
            return
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _at(connection: Connection) -> str | None:
    """The last migration that was run, None for an empty database; refuses what is not ours or not yet ours."""
    at = MigrationContext.configure(connection).get_current_revision()
    known = {one.revision for one in script().walk_revisions()}
    if at is not None and at not in known:
        raise WorkbenchError(
            f"the state was made by a newer workbench (its tables are at {at}, this one knows up to {newest()}): "
            "start that version, or restore a backup made with this one"
        )
    if at is None and inspect(connection).get_table_names():
        raise WorkbenchError("this database holds tables of something else: give the state one of its own")
    return at


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
