"""Use cases around the audit log: list, export, verify, and the line that a command writes into it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.state import (
    AuditLog,
    Backup,
    Broken,
    Entry,
    Receipt,
    State,
    backup,
    open_state,
    restore,
    stands,
    verify,
)


@contextmanager
def opened(folder: Path) -> Iterator[State]:
    """The state of a folder (or where the environment says), made when there is none; closed at the end."""
    state = open_state(folder)
    try:
        yield state
    finally:
        state.close()


@contextmanager
def standing(folder: Path) -> Iterator[State]:
    """`opened`, of a site that is there; raises `WorkbenchError` otherwise.

    Where the folder is mistyped, or left out, an empty state would be made: its backup keeps nothing, and its log is
    in order.
    """
    if not stands(folder):
        raise WorkbenchError(
            f"no site stands in {folder.parent}: there is nothing in {folder}. Name its folder with --home; a new site "
            "begins with 'workbench people organisation', a demo with 'workbench demo'"
        )
    with opened(folder) as state:
        yield state


def beside(releases: Path) -> Path:
    """Where the state of a shelf of releases stands."""
    return releases.parent / "state"


def tell(releases: Path, who: str | None, what: str, study: str, **detail: str) -> None:
    """Tell the log beside a shelf what was done with a release at the command line."""
    with opened(beside(releases)) as state:
        state.audit.write(who, what, study, **detail, by="command line")


def listed(
    folder: Path, who: str | None, what: Sequence[str], about: str | None, since: str | None, until: str | None
) -> list[Entry]:
    """Entries that fit every filter, first to last. `since` and `until` are dates or moments, `until` not included."""
    with standing(folder) as state:
        log = state.audit
        return list(log.entries(who=who, what=what, about=about, since=moment(since), until=moment(until)))


def exported(folder: Path, out: Path) -> Receipt:
    """Write the whole log as JSON lines, one entry each, in one step; returns its receipt."""
    with standing(folder) as state:
        receipt = state.audit.receipt()
        fresh = out.with_name(f".{out.name}.new")
        with fresh.open("w", encoding="utf-8") as file:
            for entry in state.audit.entries():
                if entry.number <= receipt.number:
                    file.write(entry.line())
        fresh.replace(out)
    return receipt


def verified(folder: Path, file: Path | None, receipts: Sequence[str]) -> tuple[Broken | None, Receipt]:
    """The first entry that is not what was written (None: all are), and the receipt of the log as it is.

    With `file`, an export is verified and no database is needed.
    """
    noted = [Receipt.read(text) for text in receipts]
    if file is not None:
        entries = read_export(file)
        last = Receipt(entries[-1].number, entries[-1].hash) if entries else Receipt(0, "")
        return verify(entries, noted), last
    with standing(folder) as state:
        log: AuditLog = state.audit
        return log.verify(noted), log.receipt()


def read_export(file: Path) -> list[Entry]:
    """Raises `WorkbenchError` with the line for what is no entry of ours."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WorkbenchError(f"{file} cannot be read: give a file that 'workbench audit export' wrote") from error
    entries = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = Entry.read(json.loads(line))
        except (ValueError, RecursionError):
            entry = None
        if entry is None:
            raise WorkbenchError(f"{file}:{number}: this is no entry of an audit log. Export the log again")
        entries.append(entry)
    return entries


def moment(text: str | None) -> datetime | None:
    """A date or moment; UTC where it names no zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise WorkbenchError(f"'{text}' is no moment: write 2026-11-30 or 2026-11-30T14:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def back_up(folder: Path, out: Path) -> tuple[Backup, Broken | None]:
    """The state of a folder as one file; the log tells of it, in the file too.

    With the first entry of the log that is not what was written: a backup with such a log is evidence, and `put_back`
    refuses it. Who makes one every night learns it that night, and not when it is needed.
    """
    with standing(folder) as state:
        broken = state.audit.verify()
        state.audit.write(None, "state.backup", out.name)
        return backup(state.engine, out), broken


def put_back(folder: Path, file: Path) -> Backup:
    """A backup into a state that holds nothing; the log goes on with that it was restored."""
    with opened(folder) as state:
        done = restore(state.engine, file)
        state.audit.write(None, "state.restored", file.name, made=done.made)
        return done
