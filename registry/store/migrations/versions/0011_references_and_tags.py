"""Versions refer to versions, and names point to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.store.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """References of versions, both ways, and tags."""
    op.add_column("versions", sa.Column("references", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("resolved_sha256", sa.String(length=64), nullable=True))
    op.create_table(
        "version_references",
        sa.Column("version", ID, nullable=False),
        sa.Column("target", ID, nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.id"], name="fk_version_references_version_versions"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["versions.id"], name="fk_version_references_target_versions"
        ),
        sa.PrimaryKeyConstraint("version", "target", name="pk_version_references"),
    )
    op.create_index("ix_version_references_target", "version_references", ["target"])
    op.create_table(
        "tags",
        sa.Column("contract", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("moved_at", Instant(), nullable=False),
        sa.Column("moved_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contracts.name"], name="fk_tags_contract_contracts"
        ),
        sa.ForeignKeyConstraint(["version"], ["versions.id"], name="fk_tags_version_versions"),
        sa.PrimaryKeyConstraint("contract", "name", name="pk_tags"),
    )
    op.create_index("ix_tags_version", "tags", ["version"])
