"""Bring a database up to date; safe when several processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from registry.errors import Unavailable
from registry.store.engine import WRITE_OPTION

LOCK = 7_235_519_411_061_034
"""Key of the advisory lock that lets one process migrate at a time (PostgreSQL)."""
SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run what is missing, in one transaction; a database that is up to date is left alone.

    Raises:
        Unavailable: the database cannot be reached, or was written by a newer Interlock.
    """
    try:
        with engine.execution_options(**{WRITE_OPTION: True}).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
            _refuse_newer(connection)
            command.upgrade(_config(connection), revision)
    except DatabaseError as error:
        url = engine.url.render_as_string(hide_password=True)
        raise Unavailable(f"the database {url} cannot be used: {_first_line(error)}") from error


def current(engine: Engine) -> str | None:
    """The revision the database stands at, None if it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The revision this Interlock needs."""
    found = ScriptDirectory.from_config(_config(None)).get_current_head()
    if found is None:
        raise Unavailable("the installation carries no database revisions")
    return found


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {
        script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()
    }
    if found is not None and found not in known:
        raise Unavailable(
            f"the database was written by a newer Interlock (revision {found}); "
            "start that version, or restore a backup"
        )


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().splitlines()[0]
