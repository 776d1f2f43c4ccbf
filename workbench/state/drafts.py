"""Drafts of study files: every version is kept, and two people who save at once are told.

A draft may be wrong or half a file: nothing here reads what it says.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, insert, select, update

from workbench.errors import WorkbenchError
from workbench.state.tables import comments, drafts, now, revisions
from workbench.state.transactions import reading, writing

MOST_CHARACTERS = 5_000_000  # the most that the reader of YAML files takes


@dataclass(frozen=True)
class Draft:
    """A draft as a list shows it; `number` is its last revision, `binned` the moment it was thrown away."""

    id: str
    title: str
    owner: str
    created: datetime
    number: int
    changed: datetime
    changed_by: str
    binned: datetime | None


@dataclass(frozen=True)
class Revision:
    """One version of a draft; the first is number 1."""

    draft: str
    number: int
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Comment:
    """What a reviewer wrote beside a section (`section` is chosen by the caller: population, flow.2, ...)."""

    id: int
    draft: str
    section: str
    text: str
    by: str
    at: datetime
    resolved_by: str | None
    resolved_at: datetime | None


class Conflict(WorkbenchError):
    """Somebody saved since this text was read; nothing was stored and nothing is lost.

    `base` is the revision both started from, `theirs` the newest, `mine` the text that was to be saved.
    """

    def __init__(self, base: Revision | None, theirs: Revision, mine: str) -> None:
        self.base, self.theirs, self.mine = base, theirs, mine
        super().__init__(
            f"{theirs.by} saved version {theirs.number} of this draft while you worked on "
            f"{base.number if base else 'another'}: compare the two and keep one, or merge them"
        )


@dataclass(frozen=True)
class Drafts:
    """All drafts; who may see which is for the caller to decide."""

    engine: Engine

    def create(self, owner: str, title: str, text: str) -> Draft:
        """A new draft with `text` as its revision 1."""
        draft, at = secrets.token_hex(12), now()
        _check(text)
        with writing(self.engine) as connection:
            values = {"id": draft, "title": title, "owner": owner, "created": at}
            connection.execute(insert(drafts).values(**values, number=1, changed=at, changed_by=owner))
            connection.execute(insert(revisions).values(draft=draft, number=1, text=text, by=owner, at=at))
            return _read(connection, draft)

    def append(self, draft: str, text: str, by: str, expected: int, title: str | None = None) -> Revision:
        """Save a new version after revision `expected`, which must be the last.

        Raises `Conflict`, with both texts, when it no longer is; `WorkbenchError` when there is no such draft.
        The very text that is last already is not saved again.
        """
        _check(text)
        at = now()
        with writing(self.engine) as connection:
            found = _read(connection, draft, lock=True)
            last = _revision(connection, draft, found.number)
            if last.number != expected:
                base = _revision(connection, draft, expected) if 0 < expected < last.number else None
                raise Conflict(base, last, text)
            changed = {"title": found.title if title is None else title}
            if text == last.text:
                connection.execute(update(drafts).where(drafts.c.id == draft).values(**changed))
                return last
            made = Revision(draft, expected + 1, text, by, at)
            connection.execute(insert(revisions).values(**vars(made)))
            last_change = {"number": made.number, "changed": at, "changed_by": by}
            connection.execute(update(drafts).where(drafts.c.id == draft).values(**changed, **last_change))
            return made

    def get(self, draft: str) -> Draft:
        """Raises `WorkbenchError` when there is no such draft."""
        with reading(self.engine) as connection:
            return _read(connection, draft)

    def list(self, owner: str | None = None, *, binned: bool = False) -> Sequence[Draft]:
        """Drafts of one owner, or all; the one changed last comes first."""
        where = drafts.c.binned.is_not(None) if binned else drafts.c.binned.is_(None)
        chosen = select(drafts).where(where).order_by(drafts.c.changed.desc(), drafts.c.id)
        if owner is not None:
            chosen = chosen.where(drafts.c.owner == owner)
        with reading(self.engine) as connection:
            return [_draft(row) for row in connection.execute(chosen)]

    def read(self, draft: str, number: int | None = None) -> Revision:
        """A revision, the last by default; raises `WorkbenchError` when there is none of that number."""
        with reading(self.engine) as connection:
            return _revision(connection, draft, number or _read(connection, draft).number)

    def history(self, draft: str) -> Sequence[Revision]:
        """Every revision, first to last."""
        chosen = select(revisions).where(revisions.c.draft == draft).order_by(revisions.c.number)
        with reading(self.engine) as connection:
            return [Revision(**row._mapping) for row in connection.execute(chosen)]

    def throw_away(self, draft: str) -> None:
        """Put a draft in the bin, from where it can be taken back."""
        self._bin(draft, now())

    def take_back(self, draft: str) -> None:
        """Take a draft out of the bin."""
        self._bin(draft, None)

    def _bin(self, draft: str, at: datetime | None) -> None:
        with writing(self.engine) as connection:
            _read(connection, draft, lock=True)
            connection.execute(update(drafts).where(drafts.c.id == draft).values(binned=at))

    def comment(self, draft: str, section: str, text: str, by: str) -> Comment:
        """Write a comment beside a section."""
        if not text.strip():
            raise WorkbenchError("a comment says something: write it before it is kept")
        _check(text)
        with writing(self.engine) as connection:
            _read(connection, draft)
            values = {"draft": draft, "section": section, "text": text.strip(), "by": by, "at": now()}
            key = connection.execute(insert(comments).values(**values)).inserted_primary_key
            return _comment(connection, key[0] if key else 0)

    def resolve(self, comment: int, by: str, *, resolved: bool = True) -> Comment:
        """Mark a comment as dealt with, or open it again."""
        with writing(self.engine) as connection:
            _comment(connection, comment)
            values = {"resolved_by": by if resolved else None, "resolved_at": now() if resolved else None}
            connection.execute(update(comments).where(comments.c.id == comment).values(**values))
            return _comment(connection, comment)

    def comments(self, draft: str) -> Sequence[Comment]:
        """All comments on a draft, first to last."""
        chosen = select(comments).where(comments.c.draft == draft).order_by(comments.c.id)
        with reading(self.engine) as connection:
            return [Comment(**row._mapping) for row in connection.execute(chosen)]


def _check(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise WorkbenchError(f"a study file has at most {MOST_CHARACTERS:,} characters")
    if "\x00" in text:
        raise WorkbenchError("a text holds no NUL character: remove it")


def _draft(row: Row[tuple[object, ...]]) -> Draft:
    return Draft(**row._mapping)


def _read(connection: Connection, draft: str, *, lock: bool = False) -> Draft:
    chosen = select(drafts).where(drafts.c.id == draft)
    row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if row is None:
        raise WorkbenchError("there is no such draft: choose one of the list")
    return _draft(row)


def _revision(connection: Connection, draft: str, number: int) -> Revision:
    chosen = select(revisions).where(revisions.c.draft == draft, revisions.c.number == number)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise WorkbenchError(f"this draft has no version {number}")
    return Revision(**row._mapping)


def _comment(connection: Connection, comment: int) -> Comment:
    row = connection.execute(select(comments).where(comments.c.id == comment)).one_or_none()
    if row is None:
        raise WorkbenchError("there is no such comment")
    return Comment(**row._mapping)
