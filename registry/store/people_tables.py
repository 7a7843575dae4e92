"""Tables of people and what they may see: tokens, users, shares, attempts to sign in."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from registry.store.metadata import NAME, SHA256, metadata
from registry.store.types import Instant, Json

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("prefix", String(20), nullable=False),
    Column("secret_sha256", String(SHA256), nullable=False, unique=True),
    Column("roles", Json, nullable=False),
    Column("teams", Json, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("expires_at", Instant, nullable=True),
    Column("user", String(40), nullable=True, index=True),
    Column("revoked_at", Instant, nullable=True),
    Column("last_used_at", Instant, nullable=True),
)

users = Table(
    "users",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("login", String(NAME), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Column("teams", Json, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("password_changed_at", Instant, nullable=False),
    Column("disabled_at", Instant, nullable=True),
    Column("external_id", String(500), nullable=True),
    Index("uq_users_external_id", "external_id", unique=True),
)

shares = Table(
    "shares",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject", String(NAME), nullable=False),
    Column("team", String(NAME), ForeignKey("teams.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("expires_at", Instant, nullable=True),
    Column("revoked_at", Instant, nullable=True),
    Column("revoked_by", String(200), nullable=False),
    Index("ix_shares_kind_subject", "kind", "subject"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)
