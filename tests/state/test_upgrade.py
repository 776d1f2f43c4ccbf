"""The tables: as the code describes them, and refused when they come from the future or from something else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, Table, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.state.test_drafts import together
from workbench.errors import WorkbenchError
from workbench.state import State, open_state, state_url
from workbench.state.audit import append
from workbench.state.store import URL_VARIABLE
from workbench.state.tables import metadata, now
from workbench.state.transactions import writing
from workbench.state.upgrade import _config, newest, script


def test_the_migrations_make_the_tables_of_the_code(empty_url: str) -> None:
    state = open_state(empty_url)
    with state.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == newest()
    state.close()


def test_two_that_start_together_take_turns(empty_url: str) -> None:
    opened = list[State]()
    together([lambda: opened.append(open_state(empty_url))] * 3)
    assert [one.audit.receipt().number for one in opened] == [0, 0, 0]
    for one in opened:
        one.close()


def test_the_migrations_are_one_line() -> None:
    assert len(script().get_heads()) == len(script().get_bases()) == 1


def test_opening_again_changes_nothing(url: str) -> None:
    first = open_state(url)
    draft = first.drafts.create("mia", "x", "one")
    first.close()
    second = open_state(url)
    assert second.drafts.read(draft.id).text == "one"
    second.close()


@contextmanager
def made_by(url: str, before: str) -> Iterator[Connection]:
    """A new database as the migrations up to `before` leave it."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    if url.startswith("sqlite"):
        Path(str(engine.url.database)).parent.mkdir()
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, before)
        yield connection
    engine.dispose()


@pytest.mark.parametrize("before", [one.revision for one in script().walk_revisions()][1:])
def test_a_state_of_an_earlier_version_is_brought_up_to_date(empty_url: str, before: str) -> None:
    """Made here by its own migrations, with something in it that must be there afterwards."""
    with made_by(empty_url, before) as connection:
        connection.execute(text("INSERT INTO organisations VALUES ('one', 'One', 'hospital', '901', 'M', 'm@x')"))
        connection.execute(text("INSERT INTO people VALUES ('an', 'An', 'one', 'x', '[]', '{}', true)"))
    state = open_state(empty_url)
    assert [one.login for one in state.people.everything()[2]] == ["an"]
    state.accounts.set({"an": "$argon2id$"}, "x")
    state.log_ins.open("token", "an", now(), (now(), now()))
    assert state.log_ins.get("token") and state.audit.verify() is None
    with state.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    state.close()


def filled(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Two rows in every table that this migration knows, whatever it is called, and a log of three entries; all of it.

    Rows are made from the tables as the database has them, so that a migration to come is tried as well.
    """
    known = MetaData()
    known.reflect(connection)
    for table in known.sorted_tables:
        if table.name in OWN:
            continue
        for number in (1, 2):
            row: dict[str, Any] = {}
            for column in table.columns:
                target = next((key.column for key in column.foreign_keys), None)
                if target is not None:
                    row[column.name] = value_of(target, number)
                elif not (column.primary_key and isinstance(column.type, Integer) and len(table.primary_key) == 1):
                    row[column.name] = value_of(column, number)
            connection.execute(table.insert().values(row))
    for number in range(3):
        append(connection, "an", "report.opened", f"r{number}", text="é ' € \n")
    return {table.name: held(connection, table) for table in known.sorted_tables if table.name != "alembic_version"}


OWN = frozenset({"alembic_version", "audit", "audit_head", "access_changes"})  # these are made with what they hold


def value_of(column: Column[Any], number: int) -> Any:
    kind = column.type
    if isinstance(kind, Date):
        return date(2026, 11, number)
    if isinstance(kind, Boolean):
        return number == 1
    if isinstance(kind, Integer):
        return number
    return f"{number}{column.name} é"[: getattr(kind, "length", None) or 40]


def held(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return sorted((dict(row._mapping) for row in connection.execute(table.select())), key=repr)


@pytest.mark.parametrize("before", [one.revision for one in script().walk_revisions()][1:])
def test_an_upgrade_loses_no_row_of_any_table(empty_url: str, before: str) -> None:
    """Of every migration there was, in both databases: each row and each value of it is there afterwards."""
    with made_by(empty_url, before) as connection:
        rows = filled(connection)
    assert len(rows) >= 10 and all(rows.values()), "every table has something to lose"
    state = open_state(empty_url)
    assert state.audit.verify() is None and state.audit.receipt().number == 3
    with state.engine.connect() as after:
        known = MetaData()
        known.reflect(after)
        for name, found in rows.items():
            now_there = held(after, known.tables[name])
            kept = [{key: row[key] for key in found[0]} for row in now_there]
            assert sorted(kept, key=repr) == found, name
    state.audit.write("an", "login")
    assert state.audit.verify() is None
    state.close()


def test_a_state_of_the_future_is_left_alone(url: str) -> None:
    state = open_state(url)
    with writing(state.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    state.close()
    with pytest.raises(WorkbenchError, match=f"made by a newer workbench .*9999, this one knows up to {newest()}"):
        open_state(url)


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "state.sqlite") as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
    connection.close()
    with pytest.raises(WorkbenchError, match="tables of something else"):
        open_state(tmp_path)
    engine = create_engine(f"sqlite:///{tmp_path / 'state.sqlite'}")
    with engine.connect() as after:
        assert after.execute(text("SELECT name FROM sqlite_master")).scalars().all() == ["invoices"]
    engine.dispose()


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("mysql://host/db", "cannot be kept in mysql"),
        ("not a url", "the state is a folder"),
        ("postgresql://me:secret@localhost:1/none", "cannot be opened"),
    ],
)
def test_an_address_that_cannot_be_says_so(where: str, said: str) -> None:
    with pytest.raises(WorkbenchError, match=said) as error:
        open_state(where)
    assert "secret" not in str(error.value)


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"this is no database" * 400)
    with pytest.raises(WorkbenchError, match="cannot be opened: file is not a database"):
        open_state(tmp_path)


def test_the_state_is_in_the_folder_unless_a_variable_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    assert state_url(tmp_path) == f"sqlite:///{tmp_path / 'state.sqlite'}"
    state = open_state(tmp_path / "new")
    assert (tmp_path / "new" / "state.sqlite").exists()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    state.close()
    monkeypatch.setenv(URL_VARIABLE, "postgresql://somewhere/else")
    assert state_url(tmp_path) == "postgresql://somewhere/else"


@pytest.mark.parametrize("table", ["revisions", "events", "audit"])
def test_the_database_itself_refuses_to_change_what_is_kept(state: State, table: str) -> None:
    state.drafts.create("mia", "x", "one")
    state.events.add("stroke", "submit", "submitted", "mia", after=0)
    for change in (f"UPDATE {table} SET \"by\" = 'me'", f"UPDATE {table} SET number = 9", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError), writing(state.engine) as connection:
            connection.execute(text(change))
    assert state.audit.verify() is None
