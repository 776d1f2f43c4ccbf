"""The audit log: who did what, when, as a chain of hashes in which no entry can change, move or vanish unnoticed.

Each entry holds the hash of the one before. A second table says how far the log goes and how it ends, so a log cut
short is found too. Whoever can write to the database can also write a new log from the beginning; against that
there are receipts: number and hash of an entry, noted down elsewhere, which every later log must still contain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select, update

from workbench.errors import WorkbenchError
from workbench.state.tables import audit, audit_head, now
from workbench.state.transactions import reading, writing

NOBODY = "-"  # who is not logged in
_PAGE = 2_000
_MOST = 2_000  # characters of a text in an entry


@dataclass(frozen=True)
class Entry:
    """One entry. `at` is text, since the hash is over what is stored; `detail` is JSON with sorted keys."""

    number: int
    at: str
    who: str
    what: str
    about: str
    detail: str
    before: str
    hash: str

    @property
    def details(self) -> Mapping[str, str]:
        found: dict[str, str] = json.loads(self.detail)
        return found

    def plain(self) -> dict[str, object]:
        """All of it, for an export that can be verified elsewhere."""
        return dict(vars(self))

    def line(self) -> str:
        """`plain` as a line of an export."""
        return json.dumps(self.plain(), ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, found: object) -> Entry | None:
        """The entry of which `plain` was written somewhere; None for what is none."""
        names = {one.name: one.type for one in fields(cls)}
        if not isinstance(found, dict) or found.keys() != names.keys():
            return None
        right = all(type(found[name]) is (int if kind == "int" else str) for name, kind in names.items())
        return cls(**found) if right else None


@dataclass(frozen=True)
class Receipt:
    """What an auditor notes down: the log up to entry `number` ended with `hash`. Written as `NUMBER:HASH`."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> Receipt:
        """Raises `WorkbenchError` for anything else than `NUMBER:HASH`."""
        number, _, digest = text.strip().partition(":")
        if not (number.isascii() and number.isdecimal() and len(digest) == 64):
            raise WorkbenchError("a receipt is NUMBER:HASH, as 'workbench audit verify' prints it")
        return cls(int(number), digest)


@dataclass(frozen=True)
class Broken:
    """The first place where the log is not what was written; `why` says how that shows."""

    number: int
    why: str


@dataclass(frozen=True)
class AuditLog:
    """The log of one database; entries are only ever added."""

    engine: Engine

    def write(self, who: str | None, what: str, about: str = "", **detail: str) -> Entry:
        """Add an entry. `what` names the act, as `report.opened`; a long text is cut, and says so."""
        with writing(self.engine) as connection:
            return append(connection, who, what, about, **detail)

    def entries(
        self,
        *,
        who: str | None = None,
        what: Iterable[str] = (),
        about: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Entry]:
        """Entries that fit every filter, first to last, a page at a time. `until` is not included."""
        chosen, after = _fitting(who, what, about, since, until), 0
        while True:
            page = chosen.where(audit.c.number > after).order_by(audit.c.number).limit(_PAGE)
            with reading(self.engine) as connection:
                rows = [Entry(**row._mapping) for row in connection.execute(page)]
            yield from rows
            if len(rows) < _PAGE:
                return
            after = rows[-1].number

    def newest(
        self,
        most: int,
        *,
        who: str | None = None,
        what: Iterable[str] = (),
        about: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
    ) -> list[Entry]:
        """The last entries that fit, the newest first; with `before` the last of those with a lower number."""
        chosen = _fitting(who, what, about, since, until).order_by(audit.c.number.desc()).limit(most)
        if before is not None:
            chosen = chosen.where(audit.c.number < before)
        with reading(self.engine) as connection:
            return [Entry(**row._mapping) for row in connection.execute(chosen)]

    def kinds(self) -> list[str]:
        """Every `what` that occurs, by name."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(audit.c.what).distinct().order_by(audit.c.what)).scalars())

    def last_by(self, what: str) -> dict[tuple[str, str], datetime]:
        """By person and subject: when the person last did this."""
        chosen = select(audit.c.who, audit.c.about, func.max(audit.c.at)).where(audit.c.what == what)
        with reading(self.engine) as connection:
            rows = connection.execute(chosen.group_by(audit.c.who, audit.c.about)).all()
        return {(who, about): datetime.fromisoformat(at) for who, about, at in rows}

    def receipt(self) -> Receipt:
        """Where the log ends now."""
        with reading(self.engine) as connection:
            return Receipt(*connection.execute(select(audit_head.c.number, audit_head.c.hash)).one())

    def verify(self, receipts: Iterable[Receipt] = ()) -> Broken | None:
        """The first entry that is not what was written, or None; also holds the log against its end and receipts."""
        end = self.receipt()  # read first: whatever is added meanwhile comes after it
        return verify(self.entries(), [*receipts, end], end.number)


def _fitting(
    who: str | None, what: Iterable[str], about: str | None, since: datetime | None, until: datetime | None
) -> Select[Any]:
    chosen = select(audit)
    for column, value in ((audit.c.who, who), (audit.c.about, about)):
        chosen = chosen.where(column == value) if value is not None else chosen
    if kinds := list(what):
        chosen = chosen.where(audit.c.what.in_(kinds))
    if since is not None:
        chosen = chosen.where(audit.c.at >= _text(since))
    if until is not None:
        chosen = chosen.where(audit.c.at < _text(until))
    return chosen


def verify(entries: Iterable[Entry], receipts: Iterable[Receipt] = (), length: int = 0) -> Broken | None:
    """Follow the chain through entries, wherever they come from; `length` is how many there must be at least."""
    noted = {one.number: one.hash for one in receipts}
    # Two receipts of one number differ: the entry fits at most one of them, so the first is as good as the second.
    place, before = 0, ""
    for entry in entries:
        place += 1
        if entry.number > place:
            return Broken(place, f"entry {place} is missing: entry {entry.number} stands in its place")
        if entry.number < place:
            return Broken(place, f"entry {entry.number} stands where entry {place} belongs")
        if entry.before != before:
            return Broken(place, f"entry {place} does not follow from the one before it")
        if entry.hash != digest(entry):
            return Broken(place, f"entry {place} was changed after it was written")
        if place in noted and noted[place] != entry.hash:
            return Broken(place, f"entry {place} is not the one of the receipt: the log was written anew")
        before = entry.hash
    longest = max([length, *noted], default=0)
    if place < longest:
        return Broken(place + 1, f"entry {place + 1} is missing: the log ends after {place} of {longest} entries")
    return None


def digest(entry: Entry) -> str:
    """sha256 over the entry without its hash, as JSON, so that no two entries have one text."""
    parts = [entry.number, entry.at, entry.who, entry.what, entry.about, entry.detail, entry.before]
    # No text of ours has half a character; a forged one may, and is then no more than another text.
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()


def append(connection: Connection, who: str | None, what: str, about: str = "", **detail: str) -> Entry:
    """Add an entry in a transaction that is under way, so that what it tells and the telling are kept together."""
    # The lock on this row puts all writers in one line.
    number, before = connection.execute(select(audit_head.c.number, audit_head.c.hash).with_for_update()).one()
    at = _text(now())
    text = json.dumps({key: _cut(value) for key, value in detail.items()}, ensure_ascii=False, sort_keys=True)
    entry = Entry(number + 1, at, _cut(who or NOBODY, 200), what, _cut(about), text, before, "")
    entry = Entry(**{**vars(entry), "hash": digest(entry)})
    connection.execute(insert(audit).values(**vars(entry)))
    connection.execute(update(audit_head).values(number=entry.number, hash=entry.hash))
    return entry


def _cut(text: str, most: int = _MOST) -> str:
    text = text.replace("\x00", "\ufffd")
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def days_ago(days: int) -> datetime:
    """The moment so many days before this one."""
    return now() - timedelta(days=days)
