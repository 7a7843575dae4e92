"""Comparisons know when they were made, so that old ones can be forgotten.

Those from before have keys that another process does not find again: they are worked out anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.store import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A fresh, empty cache."""
    op.drop_table("reports")
    op.create_table(
        "reports",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_reports"),
    )
    op.create_index("ix_reports_made_at", "reports", ["made_at"])
