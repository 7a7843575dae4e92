"""Indexes that keep pages fast on a large estate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FACETS = ("kind", "format", "lifecycle", "criticality", "classification")


def upgrade() -> None:
    """Indexes that keep pages fast on a large estate."""
    for facet in FACETS:
        op.create_index(f"ix_contracts_{facet}", "contracts", [facet])
    proposed, announced = sa.text("branch <> ''"), sa.text("sunset_at IS NOT NULL")
    op.create_index(
        "ix_versions_proposed",
        "versions",
        ["id"],
        sqlite_where=proposed,
        postgresql_where=proposed,
    )
    op.create_index(
        "ix_versions_sunset_at",
        "versions",
        ["sunset_at"],
        sqlite_where=announced,
        postgresql_where=announced,
    )
