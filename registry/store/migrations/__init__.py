"""Alembic revisions; :func:`registry.store.migrate.upgrade` runs them."""
