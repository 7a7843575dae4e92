"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first tables."""
    op.create_table(
        "audit",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", types.Json(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])

    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "environments",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("policy", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_environments"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("payload", types.Json(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_state_next_attempt_at", "outbox", ["state", "next_attempt_at"])

    op.create_table(
        "reports",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_reports"),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("members", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("roles", types.Json(), nullable=False),
        sa.Column("teams", types.Json(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=True),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.Column("last_used_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("secret_sha256", name="uq_tokens_secret_sha256"),
    )
    op.create_table(
        "systems",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("facts", types.Json(), nullable=False),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_systems_team_teams"),
        sa.PrimaryKeyConstraint("id", name="pk_systems"),
    )
    op.create_index("ix_systems_team", "systems", ["team"])

    op.create_table(
        "contracts",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("steward", sa.Text(), nullable=False),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("lifecycle", sa.String(length=20), nullable=False),
        sa.Column("criticality", sa.Integer(), nullable=False),
        sa.Column("classification", sa.String(length=20), nullable=False),
        sa.Column("residency", sa.Text(), nullable=False),
        sa.Column("pattern", sa.String(length=40), nullable=False),
        sa.Column("sla", types.Json(), nullable=False),
        sa.Column("policies", types.Json(), nullable=False),
        sa.Column("tags", types.Json(), nullable=False),
        sa.Column("latest", sa.String(length=64), nullable=True),
        sa.Column("sidecar_sha256", sa.String(length=64), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.CheckConstraint("criticality between 1 and 3", name="ck_contracts_criticality"),
        sa.ForeignKeyConstraint(["owner"], ["teams.id"], name="fk_contracts_owner_teams"),
        sa.ForeignKeyConstraint(
            ["sidecar_sha256"], ["blobs.sha256"], name="fk_contracts_sidecar_sha256_blobs"
        ),
        sa.ForeignKeyConstraint(["provider"], ["systems.id"], name="fk_contracts_provider_systems"),
        sa.PrimaryKeyConstraint("name", name="pk_contracts"),
    )
    op.create_index("ix_contracts_owner", "contracts", ["owner"])
    op.create_index("ix_contracts_provider", "contracts", ["provider"])

    op.create_table(
        "endpoints",
        sa.Column("environment", sa.String(length=120), nullable=False),
        sa.Column("system", sa.String(length=120), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("auth", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment"], ["environments.id"], name="fk_endpoints_environment_environments"
        ),
        sa.ForeignKeyConstraint(["system"], ["systems.id"], name="fk_endpoints_system_systems"),
        sa.PrimaryKeyConstraint("environment", "system", name="pk_endpoints"),
    )
    op.create_table(
        "releases",
        sa.Column("system", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=120), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["system"], ["systems.id"], name="fk_releases_system_systems"),
        sa.PrimaryKeyConstraint("system", "version", name="pk_releases"),
    )
    op.create_table(
        "deployments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("system", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=120), nullable=False),
        sa.Column("environment", sa.String(length=120), nullable=False),
        sa.Column("location", sa.String(length=120), nullable=False),
        sa.Column("deployed_at", types.Instant(), nullable=False),
        sa.Column("deployed_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment"], ["environments.id"], name="fk_deployments_environment_environments"
        ),
        sa.ForeignKeyConstraint(
            ["system", "version"],
            ["releases.system", "releases.version"],
            name="fk_deployments_system_version_releases",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deployments"),
    )
    op.create_index(
        "ix_deployments_environment_ended_at", "deployments", ["environment", "ended_at"]
    )
    op.create_index("ix_deployments_system_deployed_at", "deployments", ["system", "deployed_at"])

    op.create_table(
        "expectations",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("contract", sa.String(length=120), nullable=False),
        sa.Column("consumer", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("body", types.Json(), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("until", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract"], ["contracts.name"], name="fk_expectations_contract_contracts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_expectations"),
    )
    op.create_index("ix_expectations_consumer", "expectations", ["consumer"])
    op.create_index("ix_expectations_contract", "expectations", ["contract"])

    op.create_table(
        "release_contracts",
        sa.Column("system", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("contract", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("expectation", types.Json(), nullable=True),
        sa.CheckConstraint("role in ('provides', 'consumes')", name="ck_release_contracts_role"),
        sa.ForeignKeyConstraint(
            ["system", "version"],
            ["releases.system", "releases.version"],
            name="fk_release_contracts_system_version_releases",
        ),
        sa.PrimaryKeyConstraint(
            "system", "version", "role", "contract", "number", name="pk_release_contracts"
        ),
    )
    op.create_index("ix_release_contracts_contract_role", "release_contracts", ["contract", "role"])

    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contract", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("environment", sa.String(length=120), nullable=False),
        sa.Column("system", sa.String(length=120), nullable=False),
        sa.Column("system_version", sa.String(length=120), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("suite", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("requested_at", types.Instant(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", types.Instant(), nullable=True),
        sa.Column("finished_at", types.Instant(), nullable=True),
        sa.Column("heartbeat_at", types.Instant(), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("settings", types.Json(), nullable=False),
        sa.Column("summary", types.Json(), nullable=False),
        sa.Column("failures_count", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contracts.name"], name="fk_runs_contract_contracts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_contract_requested_at", "runs", ["contract", "requested_at"])
    op.create_index("ix_runs_requested_at", "runs", ["requested_at"])
    op.create_index("ix_runs_sha256_finished_at", "runs", ["sha256", "finished_at"])
    op.create_index("ix_runs_status", "runs", ["status"])

    op.create_table(
        "versions",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("contract", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sidecar_sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("format_version", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("published_at", types.Instant(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("lifecycle", sa.String(length=20), nullable=False),
        sa.Column("baseline", sa.String(length=200), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("bump", sa.String(length=20), nullable=True),
        sa.Column("problems", types.Json(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("deprecated_at", types.Instant(), nullable=True),
        sa.Column("sunset_at", types.Instant(), nullable=True),
        sa.Column("tags", types.Json(), nullable=False),
        sa.CheckConstraint("branch <> '' or revision = 1", name="ck_versions_release_is_immutable"),
        sa.ForeignKeyConstraint(
            ["contract"], ["contracts.name"], name="fk_versions_contract_contracts"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_versions_sha256_blobs"),
        sa.ForeignKeyConstraint(
            ["sidecar_sha256"], ["blobs.sha256"], name="fk_versions_sidecar_sha256_blobs"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint(
            "contract",
            "number",
            "branch",
            "revision",
            name="uq_versions_contract_number_branch_revision",
        ),
    )
    op.create_index("ix_versions_sha256", "versions", ["sha256"])

    op.create_table(
        "waivers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contract", sa.String(length=120), nullable=False),
        sa.Column("from_version", sa.String(length=200), nullable=False),
        sa.Column("to_version", sa.String(length=200), nullable=False),
        sa.Column("fingerprints", types.Json(), nullable=False),
        sa.Column("consumers", types.Json(), nullable=False),
        sa.Column("environment", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requested_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("approvals", types.Json(), nullable=False),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contracts.name"], name="fk_waivers_contract_contracts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
    )
    op.create_index("ix_waivers_contract", "waivers", ["contract"])

    op.create_table(
        "run_failures",
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("failure", types.Json(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_failures_run_runs"),
        sa.PrimaryKeyConstraint("run", "position", name="pk_run_failures"),
    )
