"""The names under which a provider of log-ins knows our people."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, String

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
only_adds = True  # a backup made before it is put back as it is


def upgrade() -> None:
    op.create_table(
        "subjects",
        Column("issuer", String(500), nullable=False),
        Column("subject", String(255), nullable=False),
        Column("person", String(200), nullable=False),
        Column("at", String(32), nullable=False),
        PrimaryKeyConstraint("issuer", "subject", name="pk_subjects"),
        ForeignKeyConstraint(["person"], ["people.login"], name="fk_subjects_person"),
    )
    op.create_index("ix_subjects_person", "subjects", ["person"])
