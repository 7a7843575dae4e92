"""Connect to the database: SQLite in WAL mode, or PostgreSQL through psycopg."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from registry.errors import Invalid, Unavailable

BUSY_SECONDS = 30
"""How long a writer waits for the others before it gives up."""
IDLE_SECONDS = 1.0
"""How long a connection may lie unused before it is asked whether it is still there."""
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
    engine = create_engine(
        parsed,
        pool_size=10,
        max_overflow=30,
        connect_args={"connect_timeout": 10, "application_name": "interlock"},
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_if_idle(engine))
    return engine


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()


def _ask_if_idle(engine: Engine) -> Callable[..., None]:
    """Whether it still answers is asked of connections that nobody used for a while."""

    def ask(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if monotonic() - record.info.get("used", monotonic()) <= IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # another connection is tried

    return ask


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
