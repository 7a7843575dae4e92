"""Tables of what versions are tied to; ``tables.py`` hands them on with all others."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, PrimaryKeyConstraint, String, Table

from registry.store.metadata import LONG_ID, NAME, metadata
from registry.store.types import Instant

version_references = Table(
    "version_references",
    metadata,
    Column("version", LONG_ID, ForeignKey("versions.id"), nullable=False),
    Column("target", LONG_ID, ForeignKey("versions.id"), nullable=False, index=True),
    Column("direct", Boolean, nullable=False),
    PrimaryKeyConstraint("version", "target"),
)
"""Which version refers to which, directly or by way of another: the other direction of
``versions.references``, and what keeps a referenced version from being deleted."""

tags = Table(
    "tags",
    metadata,
    Column("contract", String(NAME), ForeignKey("contracts.name"), nullable=False),
    Column("name", String(NAME), nullable=False),
    Column("version", LONG_ID, ForeignKey("versions.id"), nullable=False, index=True),
    Column("moved_at", Instant, nullable=False),
    Column("moved_by", String(200), nullable=False),
    PrimaryKeyConstraint("contract", "name"),
)
"""Names that point to one revision of a version and may be moved; in ``versions.tags`` too."""
