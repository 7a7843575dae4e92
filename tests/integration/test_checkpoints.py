"""Signed checkpoints: what a hash chain alone cannot show, on both databases and in a file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.domain import SYSTEM
from registry.domain.chain import FIRST, link
from registry.domain.checkpoint import Checkpoint
from registry.errors import Conflict
from registry.security.signing import Ed25519Signer, KnownKeys
from registry.services.checkpoint_audit import checkpoint_audit, checkpoint_if_due
from registry.services.read_audit import verify_audit
from registry.store.transfer import export_registry, verify_export
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, publish, tell

OURS = Ed25519Signer(base64.b64encode(b"o" * 32).decode())
THEIRS = Ed25519Signer(base64.b64encode(b"t" * 32).decode())


@pytest.fixture
def kept(uow: SqlUnitOfWork) -> Checkpoint:
    """A checkpoint of a log with a few entries."""
    tell(uow)
    publish(uow, openapi("1.0.0"))
    return checkpoint_audit(uow, SYSTEM, OURS)


def do(uow: SqlUnitOfWork, *statements: str) -> None:
    with uow.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


CUT = "delete from audit where sequence = (select max(sequence) from audit)"


def test_a_log_that_grows_still_fits_its_checkpoints(uow: SqlUnitOfWork, kept: Checkpoint) -> None:
    publish(uow, openapi("1.1.0"))
    check = verify_audit(uow, SYSTEM, OURS, [kept])
    assert check.intact
    assert check.entries > kept.count


def test_a_cut_end_is_found(uow: SqlUnitOfWork, kept: Checkpoint) -> None:
    do(uow, CUT)
    assert verify_audit(uow, SYSTEM).intact, "the chain alone does not show it"
    check = verify_audit(uow, SYSTEM, OURS)
    assert check.broken_at == kept.count
    assert "cut off" in check.message
    with pytest.raises(Conflict, match="not signed"):
        checkpoint_audit(uow, SYSTEM, OURS)


def test_a_cut_end_is_found_when_its_checkpoints_are_gone_too(
    uow: SqlUnitOfWork, kept: Checkpoint
) -> None:
    do(uow, CUT, "delete from checkpoints")
    assert verify_audit(uow, SYSTEM, OURS).intact, "which is why a copy is kept elsewhere"
    assert "cut off" in verify_audit(uow, SYSTEM, OURS, [kept]).message


def test_a_log_written_anew_is_found(uow: SqlUnitOfWork, kept: Checkpoint) -> None:
    names = ("sequence", "at", "actor", "action", "subject", "before", "after", "reason", "details")
    with uow.read() as store:
        entries = list(store.audit.walk())
    previous = FIRST
    for entry in entries:
        values = {name: getattr(entry, name) for name in names} | {"actor": "somebody else"}
        anew = link(previous, **values)
        with uow.engine.begin() as connection:
            connection.execute(
                text("update audit set actor=:a, previous=:p, hash=:h where sequence=:s"),
                {"a": anew.actor, "p": anew.previous, "h": anew.hash, "s": anew.sequence},
            )
        previous = anew.hash
    assert verify_audit(uow, SYSTEM).intact, "every link was worked out anew"
    assert "written anew" in verify_audit(uow, SYSTEM, OURS).message


@pytest.mark.parametrize(
    "forge",
    [
        lambda c: replace(c, count=c.count - 1),
        lambda c: replace(c, head="f" * 64),
        lambda c: replace(c, at=c.at + timedelta(days=1)),
        lambda c: replace(c, key=THEIRS.key),
        lambda c: replace(c, signature="?"),
        lambda c: replace(c, signature=THEIRS.sign(b"")),
    ],
)
def test_a_forged_checkpoint_is_found(uow: SqlUnitOfWork, kept: Checkpoint, forge: object) -> None:
    assert callable(forge)
    check = verify_audit(uow, SYSTEM, OURS, [forge(kept)])
    assert "signature" in check.message
    assert check.broken_at is not None


def test_it_is_signed_when_due_and_the_log_grew(uow: SqlUnitOfWork, clock: Clock) -> None:
    day = timedelta(days=1)
    assert checkpoint_if_due(uow, SYSTEM, OURS, day) is None
    tell(uow)
    assert checkpoint_if_due(uow, SYSTEM, OURS, day) is not None
    publish(uow, openapi("1.0.0"))
    assert checkpoint_if_due(uow, SYSTEM, OURS, day) is None, "too early"
    clock.advance(days=2)
    assert checkpoint_if_due(uow, SYSTEM, OURS, day) is not None
    clock.advance(days=2)
    assert checkpoint_if_due(uow, SYSTEM, OURS, day) is None, "nothing new"


def rewritten(path: Path, change: object) -> None:
    """Edit an exported file the way a careful forger would: checksum, counts and head fit."""
    assert callable(change)
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    head, rows = lines[0], change(lines[1:-1])
    audit = [r for r in rows if r["table"] == "audit"]
    head["audit_head"] = audit[-1]["row"][-1]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["table"]] = counts.get(row["table"], 0) + 1
    body = b"".join(json.dumps(line).encode() + b"\n" for line in [head, *rows])
    end = {"end": True, "rows": counts, "sha256": hashlib.sha256(body).hexdigest()}
    path.write_bytes(gzip.compress(body + json.dumps(end).encode() + b"\n"))


def _entries(rows: list[dict[str, object]]) -> list[int]:
    return [at for at, row in enumerate(rows) if row["table"] == "audit"]


def _edited(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    row = rows[_entries(rows)[0]]["row"]
    assert isinstance(row, list)
    row[2] = "somebody else"
    return rows


def _without(position: int) -> object:
    def change(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        del rows[_entries(rows)[position]]
        return rows

    return change


def _swapped(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    first, second = _entries(rows)[:2]
    rows[first], rows[second] = rows[second], rows[first]
    return rows


@pytest.mark.parametrize("change", [_edited, _without(0), _without(1), _swapped, _without(-1)])
def test_every_change_of_an_exported_file_is_found(
    uow: SqlUnitOfWork, kept: Checkpoint, tmp_path: Path, change: object
) -> None:
    path = tmp_path / "all.gz"
    export_registry(uow, path)
    known = KnownKeys(frozenset({OURS.key}))
    assert verify_export(path, [kept], known).intact
    rewritten(path, lambda rows: rows)
    assert verify_export(path, [kept], known).intact, "the forger's tools work"
    rewritten(path, change)
    assert not verify_export(path, [], known).intact
    assert not verify_export(path, [kept], known).intact
    stranger = KnownKeys(frozenset({THEIRS.key}))
    assert "signature" in verify_export(path, [kept], stranger).message
