"""Every table. Changes here come with a revision in ``migrations/versions``; a test compares."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from registry.store import link_tables, people_tables
from registry.store import metadata as shared
from registry.store.metadata import LONG_ID, NAME, SHA256
from registry.store.types import Instant, Json

metadata = shared.metadata
version_references, tags = link_tables.version_references, link_tables.tags
tokens, users = people_tables.tokens, people_tables.users
shares, attempts = people_tables.shares, people_tables.attempts

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(SHA256), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
)

teams = Table(
    "teams",
    metadata,
    Column("id", String(NAME), primary_key=True),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("members", Json, nullable=False),
)

systems = Table(
    "systems",
    metadata,
    Column("id", String(NAME), primary_key=True),
    Column("name", Text, nullable=False),
    Column("team", String(NAME), ForeignKey("teams.id"), nullable=False, index=True),
    Column("description", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("external", Boolean, nullable=False),
    Column("facts", Json, nullable=False),
)

environments = Table(
    "environments",
    metadata,
    Column("id", String(NAME), primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("order", Integer, nullable=False),
    Column("policy", Json, nullable=False),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("environment", String(NAME), ForeignKey("environments.id"), nullable=False),
    Column("system", String(NAME), ForeignKey("systems.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("auth", String(NAME), nullable=False),
    PrimaryKeyConstraint("environment", "system"),
)

contracts = Table(
    "contracts",
    metadata,
    Column("name", String(NAME), primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", String(40), nullable=False, index=True),
    Column("format", String(40), nullable=False, index=True),
    Column("owner", String(NAME), ForeignKey("teams.id"), nullable=False, index=True),
    Column("provider", String(NAME), ForeignKey("systems.id"), nullable=False, index=True),
    Column("description", Text, nullable=False),
    Column("steward", Text, nullable=False),
    Column("support", Text, nullable=False),
    Column("mode", String(40), nullable=False),
    Column("lifecycle", String(20), nullable=False, index=True),
    Column("criticality", Integer, nullable=False, index=True),
    Column("classification", String(20), nullable=False, index=True),
    Column("residency", Text, nullable=False),
    Column("pattern", String(40), nullable=False),
    Column("sla", Json, nullable=False),
    Column("policies", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("latest", String(64), nullable=True),
    Column("sidecar_sha256", String(SHA256), ForeignKey("blobs.sha256"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("criticality between 1 and 3", name="criticality"),
)

Index(
    "ix_contracts_without_steward",
    contracts.c.name,
    sqlite_where=contracts.c.steward == "",
    postgresql_where=contracts.c.steward == "",
)

contract_search = Table(
    "contract_search",
    metadata,
    Column("id", LONG_ID, primary_key=True, autoincrement=True),
    Column("contract", String(NAME), ForeignKey("contracts.name"), nullable=False, unique=True),
    Column("text", Text, nullable=False),
)
"""What the catalog searches, in small letters. Beside it stand ``search_fts`` (SQLite, FTS5) or
the index ``search_trigrams`` (PostgreSQL): both know the trigrams of ``text``."""

versions = Table(
    "versions",
    metadata,
    Column("id", LONG_ID, primary_key=True, autoincrement=True),
    Column("contract", String(NAME), ForeignKey("contracts.name"), nullable=False),
    Column("number", String(64), nullable=False),
    Column("branch", String(NAME), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("sha256", String(SHA256), ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("sidecar_sha256", String(SHA256), ForeignKey("blobs.sha256"), nullable=False),
    Column("format", String(40), nullable=False),
    Column("format_version", String(40), nullable=False),
    Column("filename", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(200), nullable=False),
    Column("lifecycle", String(20), nullable=False),
    Column("baseline", String(200), nullable=True),
    Column("verdict", String(20), nullable=True),
    Column("bump", String(20), nullable=True),
    Column("problems", Json, nullable=False),
    Column("notes", Text, nullable=False),
    Column("deprecated_at", Instant, nullable=True),
    Column("sunset_at", Instant, nullable=True),
    Column("tags", Json, nullable=False),
    Column("references", Json, nullable=True),
    Column("resolved_sha256", String(SHA256), nullable=True),
    UniqueConstraint("contract", "number", "branch", "revision"),
    CheckConstraint("branch <> '' or revision = 1", name="release_is_immutable"),
)

Index(
    "ix_versions_proposed",
    versions.c.id,
    sqlite_where=versions.c.branch != "",
    postgresql_where=versions.c.branch != "",
)
Index(
    "ix_versions_sunset_at",
    versions.c.sunset_at,
    sqlite_where=versions.c.sunset_at.is_not(None),
    postgresql_where=versions.c.sunset_at.is_not(None),
)

expectations = Table(
    "expectations",
    metadata,
    Column("id", LONG_ID, primary_key=True, autoincrement=True),
    Column("contract", String(NAME), ForeignKey("contracts.name"), nullable=False, index=True),
    Column("consumer", String(NAME), nullable=False, index=True),
    Column("source", String(20), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("body", Json, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=True),
)

releases = Table(
    "releases",
    metadata,
    Column("system", String(NAME), ForeignKey("systems.id"), nullable=False),
    Column("version", String(NAME), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    PrimaryKeyConstraint("system", "version"),
)

release_contracts = Table(
    "release_contracts",
    metadata,
    Column("system", String(NAME), nullable=False),
    Column("version", String(NAME), nullable=False),
    Column("role", String(10), nullable=False),
    Column("contract", String(NAME), nullable=False),
    Column("number", String(64), nullable=False),
    Column("expectation", Json, nullable=True),
    PrimaryKeyConstraint("system", "version", "role", "contract", "number"),
    ForeignKeyConstraint(["system", "version"], ["releases.system", "releases.version"]),
    CheckConstraint("role in ('provides', 'consumes')", name="role"),
    Index("ix_release_contracts_contract_role", "contract", "role"),
)

deployments = Table(
    "deployments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("system", String(NAME), nullable=False),
    Column("version", String(NAME), nullable=False),
    Column("environment", String(NAME), ForeignKey("environments.id"), nullable=False),
    Column("location", String(NAME), nullable=False),
    Column("deployed_at", Instant, nullable=False),
    Column("deployed_by", String(200), nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("ended_by", String(200), nullable=False),
    ForeignKeyConstraint(["system", "version"], ["releases.system", "releases.version"]),
    Index("ix_deployments_environment_ended_at", "environment", "ended_at"),
    Index("ix_deployments_system_deployed_at", "system", "deployed_at"),
)

Index(
    "ix_deployments_running",
    deployments.c.system,
    deployments.c.version,
    deployments.c.environment,
    sqlite_where=deployments.c.ended_at.is_(None),
    postgresql_where=deployments.c.ended_at.is_(None),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("contract", String(NAME), ForeignKey("contracts.name"), nullable=False, index=True),
    Column("from_version", String(200), nullable=False),
    Column("to_version", String(200), nullable=False),
    Column("fingerprints", Json, nullable=False),
    Column("consumers", Json, nullable=False),
    Column("environment", String(NAME), nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", String(200), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("approvals_needed", Integer, nullable=False),
    Column("teams", Json, nullable=False, server_default="[]"),
    Column("approvals", Json, nullable=False),
    Column("revoked_at", Instant, nullable=True),
    Column("revoked_by", String(200), nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("contract", String(NAME), ForeignKey("contracts.name"), nullable=False),
    Column("number", String(200), nullable=False),
    Column("sha256", String(SHA256), nullable=False),
    Column("environment", String(NAME), nullable=False),
    Column("system", String(NAME), nullable=False),
    Column("system_version", String(NAME), nullable=False),
    Column("url", Text, nullable=False),
    Column("suite", String(100), nullable=False),
    Column("status", String(20), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("requested_by", String(200), nullable=False),
    Column("seed", LONG_ID, nullable=True),
    Column("started_at", Instant, nullable=True),
    Column("finished_at", Instant, nullable=True),
    Column("heartbeat_at", Instant, nullable=True),
    Column("worker", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("settings", Json, nullable=False),
    Column("summary", Json, nullable=False),
    Column("failures_count", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_runs_contract_requested_at", "contract", "requested_at"),
    Index("ix_runs_sha256_finished_at", "sha256", "finished_at"),
    Index("ix_runs_requested_at", "requested_at"),
    Index("ix_runs_status_finished_at", "status", "finished_at"),
    Index("ix_runs_proof", "contract", "environment", "system", "suite", "finished_at"),
)

run_failures = Table(
    "run_failures",
    metadata,
    Column("run", String(40), ForeignKey("runs.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("failure", Json, nullable=False),
    PrimaryKeyConstraint("run", "position"),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", LONG_ID, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(300), nullable=False, index=True),
    Column("before", String(SHA256), nullable=False),
    Column("after", String(SHA256), nullable=False),
    Column("reason", Text, nullable=False),
    Column("details", Json, nullable=False),
    Column("previous", String(SHA256), nullable=False),
    Column("hash", String(SHA256), nullable=False, unique=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("type", String(60), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=True),
    Index("ix_outbox_state_next_attempt_at", "state", "next_attempt_at"),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("url", Text, nullable=False),
    Column("sealed_secret", Text, nullable=False),
    Column("events", Json, nullable=False),
    Column("contracts", Json, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("channel", String(20), nullable=False, server_default="webhook"),
    Column("team", String(NAME), nullable=False, server_default=""),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("webhook", String(40), ForeignKey("webhooks.id"), nullable=False, index=True),
    Column("event", String(40), ForeignKey("outbox.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=True),
    Column("last_status", Integer, nullable=True),
    Column("last_error", Text, nullable=False),
    Column("delivered_at", Instant, nullable=True),
    UniqueConstraint("webhook", "event"),
    Index("ix_deliveries_state_next_attempt_at", "state", "next_attempt_at"),
)

reports = Table(
    "reports",
    metadata,
    Column("key", String(SHA256), primary_key=True),
    Column("report", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False, index=True),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("head", String(SHA256), nullable=False),
    Column("at", Instant, nullable=False),
    Column("key", String(60), nullable=False),
    Column("signature", String(100), nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("kind", String(20), nullable=False),
    Column("key", String(400), nullable=False),
    Column("since", Instant, nullable=False),
    Column("value", Json, nullable=False),
    PrimaryKeyConstraint("kind", "key", "since"),
)
