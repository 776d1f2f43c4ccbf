"""All of the state as one file, and back: the same file restores into SQLite and into PostgreSQL.

The file is a zip with `state.jsonl` (a line for each row, tables in the order in which they can be put back) and
`manifest.json` (the migration, rows by table, the sha256 of the first, the receipt of the audit log).
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, Engine, Table, delete, func, insert, select, text
from sqlalchemy.exc import OperationalError, StatementError

from workbench.errors import Refused, WorkbenchError
from workbench.state.audit import Entry, Receipt, verify
from workbench.state.tables import PASSING, Moment, audit, audit_head, metadata, now
from workbench.state.transactions import writing
from workbench.state.upgrade import newest, restorable

ROWS, MANIFEST = "state.jsonl", "manifest.json"
TIGHTEST = 100  # times that rows may be packed: those of ours, with their hashes, pack some 3 to 20 times
# What the libraries raise for an archive that is damaged, encrypted, or packed in a way they do not know.
UNREADABLE: tuple[type[Exception], ...] = (
    *(OSError, zipfile.BadZipFile, zlib.error, EOFError, LookupError),
    *(ValueError, TypeError, AttributeError, RuntimeError),
)
SMALL = 50_000_000  # bytes that may be unpacked however well they are packed
_BATCH = 500


@dataclass(frozen=True)
class Backup:
    """What a backup holds: rows by table, and where its audit log ends."""

    made: str
    rows: dict[str, int]
    receipt: Receipt


def backup(engine: Engine, out: Path) -> Backup:
    """Write the state of one moment to `out`, in one step; people go on working meanwhile."""
    held: dict[str, int] = {}
    with engine.connect() as plain:
        # PostgreSQL would otherwise show each table as it is when its turn comes.
        isolated = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        connection = plain.execution_options(**isolated)
        fresh = out.with_name(f".{out.name}.new")
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as packed:
            digest = hashlib.sha256()
            with packed.open(ROWS, "w", force_zip64=True) as file:
                for name, line in _lines(connection):
                    file.write(line)
                    digest.update(line)
                    held[name] = held.get(name, 0) + 1
            end = connection.execute(select(audit_head.c.number, audit_head.c.hash)).one()
            made = Backup(now().isoformat(timespec="seconds"), held, Receipt(*end))
            manifest = {
                "format": 1,
                "made": made.made,
                "migration": newest(),
                "rows": held,
                "sha256": digest.hexdigest(),
                "receipt": str(made.receipt),
            }
            packed.writestr(MANIFEST, json.dumps(manifest, indent=2))
    fresh.replace(out)
    return made


def restore(engine: Engine, file: Path) -> Backup:
    """Put a backup back into a state that holds nothing yet, in one transaction: all of it, or nothing.

    Raises `WorkbenchError` for a file that is no backup, is damaged, or was made by another version, `Refused` for a
    state that holds something, and for a backup whose audit log is not what was written.
    """
    rows, manifest = _unpacked(file)
    if manifest["migration"] not in restorable():
        raise WorkbenchError(
            f"{file.name} was made at migration {manifest['migration']}, this workbench is at {newest()}: restore it "
            "with the version that made it, then start this one, which migrates it"
        )
    receipt = Receipt.read(str(manifest["receipt"]))
    broken = verify(_entries(rows, file), [receipt], receipt.number)
    if broken:
        raise Refused(f"the audit log in {file.name} is not what was written: {broken.why}")
    try:
        found = _filled(engine, rows, manifest, file)
    except OperationalError:
        raise
    except (StatementError, ValueError, TypeError) as error:
        why = "a row is none that the state could hold"
        raise WorkbenchError(f"{file}: {why}. Nothing was restored; take another backup") from error
    return Backup(str(manifest["made"]), found, receipt)


def _filled(engine: Engine, rows: bytes, manifest: dict[str, Any], file: Path) -> dict[str, int]:
    with writing(engine) as connection:
        _refuse_unless_empty(connection)
        for table in (audit_head, metadata.tables["access_changes"]):
            connection.execute(delete(table))
        found: dict[str, int] = {}
        batch: list[dict[str, Any]] = []
        current: Table | None = None
        for name, row in _parsed(rows, file):
            table = metadata.tables[name]
            if current is not None and (table is not current or len(batch) >= _BATCH):
                connection.execute(insert(current), batch)
                batch = []
            current = table
            batch.append(_read_row(table, row))
            found[name] = found.get(name, 0) + 1
        if current is not None and batch:
            connection.execute(insert(current), batch)
        if found != manifest["rows"]:
            raise WorkbenchError(f"{file.name} does not hold the rows that it says: {found}")
        _go_on_counting(connection)
    return found


def _lines(connection: Connection) -> Iterator[tuple[str, bytes]]:
    for table in metadata.sorted_tables:
        if table.name in PASSING:
            continue
        chosen = select(table).order_by(*table.primary_key.columns)
        for row in connection.execute(chosen):
            plain = {key: _plain(value) for key, value in row._mapping.items()}
            yield table.name, (json.dumps([table.name, plain], ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _read_row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Moments and dates as what the columns take."""
    made = dict(row)
    for column in table.columns:
        value = made[column.name]
        if value is not None and isinstance(column.type, Date):
            made[column.name] = date.fromisoformat(value)
        elif value is not None and isinstance(column.type, Moment):
            made[column.name] = datetime.fromisoformat(value)
    return made


def _unpacked(file: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        with zipfile.ZipFile(file) as packed:
            _refuse_a_bomb(packed, file)
            rows, manifest = packed.read(ROWS), json.loads(packed.read(MANIFEST))
        right = manifest["format"] == 1 and {"made", "migration", "rows", "sha256", "receipt"} <= manifest.keys()
    except UNREADABLE as error:
        raise WorkbenchError(f"{file} is no backup of a state, or it is damaged: take another") from error
    if not right or hashlib.sha256(rows).hexdigest() != manifest["sha256"]:
        raise WorkbenchError(f"{file} is damaged: its rows are not those that were written. Take another backup")
    return rows, manifest


def _refuse_a_bomb(packed: zipfile.ZipFile, file: Path) -> None:
    """Before anything is unpacked: no row of ours packs so well, and unpacking stops at the size that is said here."""
    for name in (ROWS, MANIFEST):
        part = packed.getinfo(name)
        if part.file_size > SMALL and part.file_size > TIGHTEST * part.compress_size:
            raise WorkbenchError(
                f"{file}: {name} would unpack to {part.file_size:,} bytes, more than {TIGHTEST} times its size: "
                "no backup does. Nothing was unpacked; take another"
            )


def _parsed(rows: bytes, file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(io.BytesIO(rows), start=1):
        try:
            name, row = json.loads(line)
            right = name not in PASSING and set(row) == {column.name for column in metadata.tables[name].columns}
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise WorkbenchError(f"{file}: row {number} is none of a state") from error
        if not right:
            raise WorkbenchError(f"{file}: row {number} has other columns than the table {name}")
        yield name, row


def _entries(rows: bytes, file: Path) -> Iterator[Entry]:
    for name, row in _parsed(rows, file):
        if name == audit.name:
            entry = Entry.read(row)
            if entry is None:
                raise WorkbenchError(f"{file}: a row of the audit log is no entry. Take another backup")
            yield entry


def _refuse_unless_empty(connection: Connection) -> None:
    own = {"audit_head", "access_changes", *PASSING}  # the first two are made with their one row
    for table in metadata.sorted_tables:
        if table.name not in own and connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise Refused("this state holds something already: restore into a new folder or an empty database")


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL counts keys apart from the rows; SQLite takes the next after the last."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        for column in table.primary_key.columns:
            sequence = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            ).scalar()
            if sequence:
                last = connection.execute(select(func.max(column))).scalar()
                if last:
                    connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
