"""Earlier values of what the gate judges by; the teams that must sign a waiver."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.store import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Earlier values of what the gate judges by; the teams that must sign a waiver."""
    op.create_table(
        "history",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("value", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "since", name="pk_history"),
    )
    op.add_column("waivers", sa.Column("teams", types.Json(), nullable=False, server_default="[]"))
