"""A search that looks words up, and indexes for what runs and what failed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FTS = """
create virtual table search_fts using fts5(
    text, content='contract_search', content_rowid='id', detail='none',
    tokenize='trigram case_sensitive 1'
)
"""
TRIGGERS = (
    """create trigger search_fts_insert after insert on contract_search begin
    insert into search_fts(rowid, text) values (new.id, new.text);
    end""",
    """create trigger search_fts_delete after delete on contract_search begin
    insert into search_fts(search_fts, rowid, text) values ('delete', old.id, old.text);
    end""",
    """create trigger search_fts_update after update on contract_search begin
    insert into search_fts(search_fts, rowid, text) values ('delete', old.id, old.text);
    insert into search_fts(rowid, text) values (new.id, new.text);
    end""",
)
TRIGRAMS = """
create function search_trigrams_of(given text) returns text[]
language sql immutable strict parallel safe as $$
    select array(
        select distinct substr(given, n, 3) from generate_series(1, length(given) - 2) as n
    )
$$
"""


def upgrade() -> None:
    """Move the searched text out of the contracts and index its trigrams."""
    op.create_table(
        "contract_search",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("contract", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contract_search"),
        sa.ForeignKeyConstraint(
            ["contract"], ["contracts.name"], name="fk_contract_search_contract_contracts"
        ),
        sa.UniqueConstraint("contract", name="uq_contract_search_contract"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(TRIGRAMS)
        op.execute(
            "create index search_trigrams on contract_search using gin (search_trigrams_of(text))"
        )
    else:
        op.execute(FTS)
        for trigger in TRIGGERS:
            op.execute(trigger)
    op.execute(
        "insert into contract_search (contract, text) "
        "select name, search_text from contracts order by name"
    )
    op.drop_column("contracts", "search_text")
    _indexes()


def _indexes() -> None:
    nameless, running = sa.text("steward = ''"), sa.text("ended_at IS NULL")
    op.create_index(
        "ix_contracts_without_steward",
        "contracts",
        ["name"],
        sqlite_where=nameless,
        postgresql_where=nameless,
    )
    op.create_index(
        "ix_deployments_running",
        "deployments",
        ["system", "version", "environment"],
        sqlite_where=running,
        postgresql_where=running,
    )
    op.drop_index("ix_runs_status", "runs")
    op.create_index("ix_runs_status_finished_at", "runs", ["status", "finished_at"])
    op.create_index(
        "ix_runs_proof", "runs", ["contract", "environment", "system", "suite", "finished_at"]
    )
