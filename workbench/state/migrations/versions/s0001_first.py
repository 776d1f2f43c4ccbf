"""The first tables."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
)

from workbench.state.kept import append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME, MOMENT, KEY = String(200), String(32), String(32)


def upgrade() -> None:
    op.create_table(
        "drafts",
        Column("id", KEY, nullable=False),
        Column("title", Text, nullable=False),
        Column("owner", NAME, nullable=False),
        Column("created", MOMENT, nullable=False),
        Column("number", Integer, nullable=False),
        Column("changed", MOMENT, nullable=False),
        Column("changed_by", NAME, nullable=False),
        Column("binned", MOMENT),
        PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_owner", "drafts", ["owner"])
    op.create_table(
        "revisions",
        Column("draft", KEY, nullable=False),
        Column("number", Integer, nullable=False),
        Column("text", Text, nullable=False),
        Column("by", NAME, nullable=False),
        Column("at", MOMENT, nullable=False),
        PrimaryKeyConstraint("draft", "number", name="pk_revisions"),
        ForeignKeyConstraint(["draft"], ["drafts.id"], name="fk_revisions_draft"),
    )
    op.create_table(
        "comments",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("draft", KEY, nullable=False),
        Column("section", NAME, nullable=False),
        Column("text", Text, nullable=False),
        Column("by", NAME, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("resolved_by", NAME),
        Column("resolved_at", MOMENT),
        PrimaryKeyConstraint("id", name="pk_comments"),
        ForeignKeyConstraint(["draft"], ["drafts.id"], name="fk_comments_draft"),
    )
    op.create_index("ix_comments_draft", "comments", ["draft"])
    op.create_table(
        "events",
        Column("study", NAME, nullable=False),
        Column("number", Integer, nullable=False),
        Column("command", NAME, nullable=False),
        Column("state", NAME, nullable=False),
        Column("by", NAME, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("why", Text, nullable=False),
        Column("content", String(64), nullable=False),
        PrimaryKeyConstraint("study", "number", name="pk_events"),
    )
    _access()
    op.create_table(
        "audit",
        Column("number", Integer, autoincrement=False, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("who", NAME, nullable=False),
        Column("what", NAME, nullable=False),
        Column("about", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("before", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
        PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_who", "audit", ["who"])
    op.create_index("ix_audit_what", "audit", ["what"])
    head = op.create_table(
        "audit_head",
        Column("id", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("hash", String(64), nullable=False),
        PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": ""}])
    for table in ("revisions", "events", "audit"):
        append_only(op.get_bind(), table)


def _access() -> None:
    op.create_table(
        "organisations",
        Column("id", NAME, nullable=False),
        Column("name", Text, nullable=False),
        Column("kind", NAME, nullable=False),
        Column("hospital", NAME),
        Column("access_manager", Text, nullable=False),
        Column("contact", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_organisations"),
    )
    op.create_table(
        "people",
        Column("login", NAME, nullable=False),
        Column("name", Text, nullable=False),
        Column("organisation", NAME, nullable=False),
        Column("task", Text, nullable=False),
        Column("duties", Text, nullable=False),
        Column("registered", Text, nullable=False),
        Column("active", Boolean, nullable=False),
        PrimaryKeyConstraint("login", name="pk_people"),
        ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_people_organisation"),
    )
    op.create_index("ix_people_organisation", "people", ["organisation"])
    op.create_table(
        "grants",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("person", NAME, nullable=False),
        Column("collection", NAME, nullable=False),
        Column("profile", NAME, nullable=False),
        Column("ends", Date),
        Column("why", Text, nullable=False),
        Column("by", NAME, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("reviewed_by", NAME),
        Column("reviewed_at", MOMENT),
        Column("withdrawn_by", NAME),
        Column("withdrawn_at", MOMENT),
        Column("withdrawn_why", Text),
        PrimaryKeyConstraint("id", name="pk_grants"),
        ForeignKeyConstraint(["person"], ["people.login"], name="fk_grants_person"),
    )
    op.create_index("ix_grants_person", "grants", ["person"])
    op.create_table(
        "requests",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("person", NAME, nullable=False),
        Column("collection", NAME, nullable=False),
        Column("profile", NAME, nullable=False),
        Column("ends", Date),
        Column("why", Text, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("state", NAME, nullable=False),
        Column("decided_by", NAME),
        Column("decided_at", MOMENT),
        Column("decided_why", Text),
        PrimaryKeyConstraint("id", name="pk_requests"),
        ForeignKeyConstraint(["person"], ["people.login"], name="fk_requests_person"),
    )
    op.create_index("ix_requests_person", "requests", ["person"])
    changes = op.create_table(
        "access_changes",
        Column("id", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        PrimaryKeyConstraint("id", name="pk_access_changes"),
    )
    op.bulk_insert(changes, [{"id": 1, "number": 0}])
