"""Every earlier revision can be brought to the newest, on both databases, by many at once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from registry.errors import Invalid, Unavailable
from registry.store import migrate
from registry.store.engine import connect
from registry.store.tables import metadata

REVISIONS = [
    script.revision
    for script in reversed(list(ScriptDirectory(str(migrate.SCRIPTS)).walk_revisions()))
]


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without any table."""
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'blank.sqlite3'}")
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgres_server").replace("://", "+psycopg://")
    admin = connect(server)
    name = f"blank_{uuid.uuid4().hex[:12]}"
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"create database {name}"))
    engine = connect(server.replace("/postgres?", f"/{name}?"))
    yield engine
    engine.dispose()
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"drop database {name}"))
    admin.dispose()


def _declared(name: str | None, _kind: str, _parents: object) -> bool:
    """All but the full-text index of the catalog, which each database has in its own way."""
    return not (name or "").startswith("search_")


def test_the_migrated_schema_is_the_declared_one(blank: Engine) -> None:
    migrate.upgrade(blank)
    with blank.connect() as connection:
        options = {"compare_type": True, "include_name": _declared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    assert migrate.current(blank) == migrate.head()


@pytest.mark.parametrize("revision", REVISIONS)
def test_upwards_from_every_revision(blank: Engine, revision: str) -> None:
    migrate.upgrade(blank, revision)
    assert migrate.current(blank) == revision
    migrate.upgrade(blank)
    assert migrate.current(blank) == migrate.head()
    migrate.upgrade(blank)  # again: nothing to do


def test_several_processes_start_at_once(blank: Engine) -> None:
    failures: list[BaseException] = []

    def start() -> None:
        engine = connect(blank.url.render_as_string(hide_password=False))
        try:
            migrate.upgrade(engine)
        except BaseException as error:
            failures.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert set(metadata.tables) <= set(inspect(blank).get_table_names())


def test_a_newer_database_is_refused_in_words(blank: Engine) -> None:
    migrate.upgrade(blank)
    with blank.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer Interlock"):
        migrate.upgrade(blank)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear database")
    engine = connect(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match=r"cannot be used: file is not a database"):
        migrate.upgrade(engine)
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense"])
def test_what_is_no_place_for_a_registry(url: str) -> None:
    with pytest.raises(Invalid, match="database"):
        connect(url)


def test_an_unreachable_server_is_one_sentence() -> None:
    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable, match="cannot be used"):
        migrate.upgrade(engine)
