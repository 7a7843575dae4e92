"""The table of what starts conformance runs by itself; loaded with the unit of work."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from registry.store.metadata import NAME, metadata
from registry.store.types import Instant, Json

triggers = Table(
    "triggers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("contract", String(NAME), ForeignKey("contracts.name"), nullable=False, index=True),
    Column("environment", String(NAME), nullable=False),
    Column("suite", String(100), nullable=False),
    Column("system", String(NAME), nullable=False),
    Column("settings", Json, nullable=False),
    Column("cron", String(200), nullable=False),
    Column("next_at", Instant, nullable=True, index=True),
    Column("sealed_secret", Text, nullable=False),
    Column("origin", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("last_at", Instant, nullable=True),
    Column("last_run", String(40), nullable=False),
    Column("last_error", Text, nullable=False),
)
