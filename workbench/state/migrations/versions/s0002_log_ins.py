"""Passwords, log-ins and failed attempts: what several processes that serve one site must know together."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
only_adds = True  # a backup made before it is put back as it is

NAME, MOMENT, KEY = String(200), String(32), String(64)


def upgrade() -> None:
    op.create_table(
        "accounts",
        Column("login", NAME, nullable=False),
        Column("hash", Text, nullable=False),
        Column("changed", MOMENT, nullable=False),
        PrimaryKeyConstraint("login", name="pk_accounts"),
        ForeignKeyConstraint(["login"], ["people.login"], name="fk_accounts_login"),
    )
    op.create_table(
        "log_ins",
        Column("token", KEY, nullable=False),
        Column("person", NAME, nullable=False),
        Column("begun", MOMENT, nullable=False),
        Column("used", MOMENT, nullable=False),
        PrimaryKeyConstraint("token", name="pk_log_ins"),
        ForeignKeyConstraint(["person"], ["people.login"], name="fk_log_ins_person"),
    )
    op.create_index("ix_log_ins_person", "log_ins", ["person"])
    op.create_table(
        "attempts",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("key", KEY, nullable=False),
        Column("at", MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_key", "attempts", ["key"])
    op.create_index("ix_attempts_at", "attempts", ["at"])
