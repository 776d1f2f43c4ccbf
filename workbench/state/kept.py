"""Tables whose rows the database itself refuses to change: what is kept for ever must survive our mistakes."""

from __future__ import annotations

from sqlalchemy import Connection

_SQLITE = """
CREATE TRIGGER {table}_kept_{when} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as they are'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of % are kept as they are', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def append_only(connection: Connection, table: str) -> None:
    """From now on `table` takes new rows only. `table` is one of our names, never what somebody typed."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION.replace("%", "%%"))
        connection.exec_driver_sql(_POSTGRESQL.format(table=table))
        return
    for verb in ("update", "delete"):
        connection.exec_driver_sql(_SQLITE.format(table=table, verb=verb.upper(), when=verb))
