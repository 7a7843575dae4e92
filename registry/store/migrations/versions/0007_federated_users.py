"""Users who sign in through an identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Users who sign in through an identity provider."""
    op.add_column("users", sa.Column("external_id", sa.String(length=500), nullable=True))
    op.create_index("uq_users_external_id", "users", ["external_id"], unique=True)
