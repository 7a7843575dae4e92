"""Teams subscribe, by webhook, Slack or e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Teams subscribe, by webhook, Slack or e-mail."""
    channel = sa.Column("channel", sa.String(20), nullable=False, server_default="webhook")
    op.add_column("webhooks", channel)
    op.add_column("webhooks", sa.Column("team", sa.String(120), nullable=False, server_default=""))
