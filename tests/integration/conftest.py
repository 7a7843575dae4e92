"""Every test here runs on both databases: a SQLite file and a real PostgreSQL server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry.store.engine import connect
from registry.store.migrate import upgrade
from registry.store.tables import metadata
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.postgres import running_server


class Clock:
    """An instant that only the test moves; every reading is one millisecond later."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.instant += timedelta(milliseconds=1)
        return self.instant

    def advance(self, **by: float) -> datetime:
        self.instant += timedelta(**by)
        return self.instant


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of an empty server of our own."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to copy from."""
    path = tmp_path_factory.mktemp("template") / "interlock.sqlite3"
    engine = connect(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[Engine]:
    """An engine on a PostgreSQL database at the newest revision."""
    engine = connect(postgres_server.replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database at the newest revision."""
    if request.param == "sqlite":
        path = tmp_path / "interlock.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    engine: Engine = request.getfixturevalue("migrated_postgres")
    with engine.begin() as connection:  # emptying small tables is faster than truncating them
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the empty database."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    """The clock of :func:`uow`."""
    return Clock()


@pytest.fixture
def uow(engine: Engine, clock: Clock) -> SqlUnitOfWork:
    """A unit of work on the empty database."""
    return SqlUnitOfWork(engine, clock)
