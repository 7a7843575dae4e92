"""Alembic's entry: run on the connection that the caller hands over."""

from __future__ import annotations

from alembic import context

from registry.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False,  # the caller holds the transaction
)
context.run_migrations()
