"""A database that went away: connections that lay unused are asked before they are relied on."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from registry.store import engine as connections
from registry.store.engine import connect
from registry.store.unit_of_work import SqlUnitOfWork


def test_a_connection_that_broke_while_it_lay_unused_is_replaced(
    migrated_postgres: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", -1.0)  # every one has lain unused for long
    engine = connect(migrated_postgres.url.render_as_string(hide_password=False))
    uow = SqlUnitOfWork(engine)
    try:
        with engine.connect() as connection:
            broken = connection.scalar(text("SELECT pg_backend_pid()"))
        with migrated_postgres.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": broken})
        with uow.read() as store:
            assert store.contracts.find("nobody.knows") is None
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT pg_backend_pid()")) != broken
    finally:
        engine.dispose()


def test_a_connection_in_use_is_not_asked(migrated_postgres: Engine) -> None:
    engine = connect(migrated_postgres.url.render_as_string(hide_password=False))
    asked: list[object] = []
    engine.dialect.do_ping = lambda connection: bool(asked.append(connection))  # type: ignore[method-assign]
    try:
        for _ in range(3):
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        assert asked == []
    finally:
        engine.dispose()
