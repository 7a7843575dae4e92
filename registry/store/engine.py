"""Connect to the database: SQLite in WAL mode, or PostgreSQL through psycopg."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from registry.errors import Invalid, Unavailable

BUSY_SECONDS = 30
"""How long a writer waits for the others before it gives up."""
WRITE_OPTION = "interlock_write"


def connect(url: str) -> Engine:
    """An engine for ``url``; the directory of a SQLite file is created.

    Raises:
        Invalid: not a URL of a supported database.
        Unavailable: the directory cannot be written.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Invalid(
            "database", f"{url!r} is not a database URL; see docs/reference/settings.md"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database or "")
    return create_engine(
        parsed,
        pool_size=10,
        max_overflow=30,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "interlock"},
    )


def _sqlite(url: str, path: str) -> Engine:
    if not path or path == ":memory:":
        raise Invalid("database", "SQLite needs a file; write sqlite:////path/to/interlock.sqlite3")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(
            f"cannot create {Path(path).parent}: {error.strerror}; choose another with --data"
        ) from None
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=60,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Take BEGIN into our own hands (PEP 249 drivers begin late) and switch on WAL."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once, so that it never has to upgrade a stale read."""
    writing = connection.get_execution_options().get(WRITE_OPTION, False)
    # past SQLAlchemy's own execution, which costs more than the statement
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
