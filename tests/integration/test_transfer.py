"""Export and import: everything arrives, on the same or the other database; nothing edited does."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.domain import ANONYMOUS, SYSTEM, Answer
from registry.errors import Conflict, Invalid, Unavailable
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.get_contract import get_contract
from registry.services.read_audit import verify_audit
from registry.services.request_waiver import RequestWaiver, request_waiver
from registry.services.start_run import StartRun, start_run
from registry.store.engine import connect
from registry.store.tables import metadata
from registry.store.transfer import TABLES, export_registry, import_registry, verify_export
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, publish, tell


@pytest.fixture
def full(uow: SqlUnitOfWork, clock: Clock) -> SqlUnitOfWork:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("2.0.0", total="string"))
    publish(uow, openapi("3.0.0"), branch="next")
    start_run(StartRun("orders.order", "test", url="http://127.0.0.1:1/v1"), uow, SYSTEM)
    until = clock.instant + timedelta(days=3)
    request_waiver(RequestWaiver("orders.order", "1.0.0", "2.0.0", "so", until), uow, SYSTEM)
    return uow


@pytest.fixture
def fresh(migrated_sqlite: Path, tmp_path: Path, clock: Clock) -> SqlUnitOfWork:
    """An empty registry on SQLite."""
    path = tmp_path / "fresh.sqlite3"
    shutil.copy(migrated_sqlite, path)
    return SqlUnitOfWork(connect(f"sqlite:///{path}"), clock)


def rows(uow: SqlUnitOfWork) -> dict[str, list[object]]:
    with uow.read() as store:
        return {
            table.name: [
                tuple(row)
                for row in store.connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                )
            ]
            for table in TABLES
        }


def test_everything_arrives(full: SqlUnitOfWork, fresh: SqlUnitOfWork, tmp_path: Path) -> None:
    path = tmp_path / "registry.interlock"
    counts = export_registry(full, path)
    assert counts["versions"] == 3
    assert path.stat().st_mode & 0o777 == 0o600
    check = verify_export(path)
    assert check.intact
    assert check.entries == counts["audit"]
    assert import_registry(fresh, path) == counts
    assert rows(fresh) == rows(full)
    assert verify_audit(fresh, SYSTEM).intact
    decision = can_i_deploy(CanIDeploy("orders", "2", "production"), fresh, ANONYMOUS)
    assert decision.answer is Answer.NO
    publish(fresh, openapi("1.1.0"))  # and life goes on
    with pytest.raises(Conflict, match="not empty"):
        import_registry(fresh, path)
    fresh.engine.dispose()


def test_it_comes_back_into_the_same_kind_of_database(full: SqlUnitOfWork, tmp_path: Path) -> None:
    path = tmp_path / "registry.interlock"
    export_registry(full, path)
    before = rows(full)
    with full.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    import_registry(full, path)
    assert rows(full) == before
    publish(full, openapi("1.1.0"))
    assert len(get_contract("orders.order", full, ANONYMOUS).versions) == 3


def _edit(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
        path.write_bytes(gzip.compress(b"".join(change(lines))))

    return edit


def test_a_forged_log_is_found_without_a_database(full: SqlUnitOfWork, tmp_path: Path) -> None:
    path = tmp_path / "registry.interlock"
    export_registry(full, path)
    _edit(_forged)(path)
    assert verify_export(path).broken_at is not None


def _forged(lines: list[bytes]) -> list[bytes]:
    """An audit entry edited, and the checksum made to fit again."""
    import hashlib

    forged = [line.replace(b'"interlock"', b'"nobody"') if b'"audit"' in line else line
              for line in lines[:-1]]  # fmt: skip
    end = json.loads(lines[-1]) | {"sha256": hashlib.sha256(b"".join(forged)).hexdigest()}
    return [*forged, json.dumps(end).encode() + b"\n"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda p: p.write_bytes(b"not gzip"), "not a whole export"),
        (lambda p: p.write_bytes(p.read_bytes()[:-40]), "not a whole export"),
        (lambda p: p.unlink(), "cannot be read"),
        (_edit(lambda lines: lines[:-1]), "not a whole export"),
        (_edit(lambda lines: [*lines[:5], *lines[6:]]), "edited or cut"),
        (_edit(lambda lines: [line.replace(b"Web shop", b"Bad shop") for line in lines]), "edited"),
        (_edit(lambda lines: [lines[0].replace(b'"00', b'"99'), *lines[1:]]), "revision 99"),
        (_edit(lambda lines: [b"{}\n", *lines[1:]]), "not an export"),
        (_edit(lambda lines: [lines[0], b'{"table": "nope", "row": []}\n']), "not a whole export"),
        (_edit(lambda lines: [*lines[:4], b'{"table": "teams", "row": [1]}\n']), "not a whole"),
        (
            lambda p: p.write_bytes(p.read_bytes()[:99] + b"xx" + p.read_bytes()[101:]),
            "export|edited",
        ),
        (_edit(_forged), "audit log"),
    ],
)
def test_a_spoiled_file_is_not_taken(
    full: SqlUnitOfWork,
    fresh: SqlUnitOfWork,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    words: str,
) -> None:
    path = tmp_path / "registry.interlock"
    export_registry(full, path)
    spoil(path)
    with pytest.raises(Invalid, match=words):
        import_registry(fresh, path)
    assert not any(rows(fresh).values())
    fresh.engine.dispose()


def test_a_place_that_cannot_be_written(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        export_registry(uow, tmp_path / "nowhere" / "file")
