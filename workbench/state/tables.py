"""The tables, as SQLAlchemy knows them. A change here needs a migration: a test compares the two."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment with its zone, kept as ISO 8601 in UTC: the same text in every database, and it sorts."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date in UTC: an end date holds until the end of that day."""
    return now().date()


NAME = String(200)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("owner", NAME, nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("number", Integer, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("changed_by", NAME, nullable=False),
    Column("binned", Moment),
)
revisions = Table(
    "revisions",
    metadata,
    Column("draft", String(32), ForeignKey("drafts.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("draft", "number"),
)
comments = Table(
    "comments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("draft", String(32), ForeignKey("drafts.id"), nullable=False, index=True),
    Column("section", NAME, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("resolved_by", NAME),
    Column("resolved_at", Moment),
)
events = Table(
    "events",
    metadata,
    Column("study", NAME, nullable=False),
    Column("number", Integer, nullable=False),
    Column("command", NAME, nullable=False),
    Column("state", NAME, nullable=False),
    Column("by", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", Text, nullable=False),
    Column("content", String(64), nullable=False),
    PrimaryKeyConstraint("study", "number"),
)
organisations = Table(
    "organisations",
    metadata,
    Column("id", NAME, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("hospital", NAME),
    Column("access_manager", Text, nullable=False),
    Column("contact", Text, nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("login", NAME, primary_key=True),
    Column("name", Text, nullable=False),
    Column("organisation", NAME, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("task", Text, nullable=False),
    Column("duties", Text, nullable=False),
    Column("registered", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)
grants = Table(
    "grants",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", NAME, ForeignKey("people.login"), nullable=False, index=True),
    Column("collection", NAME, nullable=False),
    Column("profile", NAME, nullable=False),
    Column("ends", Date),
    Column("why", Text, nullable=False),
    Column("by", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reviewed_by", NAME),
    Column("reviewed_at", Moment),
    Column("withdrawn_by", NAME),
    Column("withdrawn_at", Moment),
    Column("withdrawn_why", Text),
)
requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", NAME, ForeignKey("people.login"), nullable=False, index=True),
    Column("collection", NAME, nullable=False),
    Column("profile", NAME, nullable=False),
    Column("ends", Date),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", NAME, nullable=False),
    Column("decided_by", NAME),
    Column("decided_at", Moment),
    Column("decided_why", Text),
)
# One row: it goes up with every change to people, organisations and grants, so that readers need one cheap look.
access_changes = Table(
    "access_changes", metadata, Column("id", Integer, primary_key=True), Column("number", Integer, nullable=False)
)
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", NAME, nullable=False),
    Column("what", NAME, nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_who", "who"),
    Index("ix_audit_what", "what"),
)
# One row: how far the log goes and how it ends, so that a shortened log is found.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
accounts = Table(
    "accounts",
    metadata,
    Column("login", NAME, ForeignKey("people.login"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed", Moment, nullable=False),
)
# `token` is the sha256 of what the browser holds: who reads the table can log in with none of it.
subjects = Table(
    "subjects",
    metadata,
    Column("issuer", String(500), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("person", NAME, ForeignKey("people.login"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)
log_ins = Table(
    "log_ins",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("person", NAME, ForeignKey("people.login"), nullable=False, index=True),
    Column("begun", Moment, nullable=False),
    Column("used", Moment, nullable=False),
)
# Attempts to log in of the last minute; `key` is the sha256 of a name and an address, so that neither is kept.
attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
)
PASSING = frozenset({"log_ins", "attempts"})  # gone with the day: no backup brings an ended log-in back to life
