"""Schedules and inbound webhooks that start conformance runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.store import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Schedules and inbound webhooks that start conformance runs."""
    op.create_table(
        "triggers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("contract", sa.String(length=120), nullable=False),
        sa.Column("environment", sa.String(length=120), nullable=False),
        sa.Column("suite", sa.String(length=100), nullable=False),
        sa.Column("system", sa.String(length=120), nullable=False),
        sa.Column("settings", types.Json(), nullable=False),
        sa.Column("cron", sa.String(length=200), nullable=False),
        sa.Column("next_at", types.Instant(), nullable=True),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("last_at", types.Instant(), nullable=True),
        sa.Column("last_run", sa.String(length=40), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contracts.name"], name="fk_triggers_contract_contracts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_triggers"),
    )
    op.create_index("ix_triggers_contract", "triggers", ["contract"])
    op.create_index("ix_triggers_next_at", "triggers", ["next_at"])
