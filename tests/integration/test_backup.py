"""Backup and restore: everything and its keys come back, whole or not at all, on both databases."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.domain import SYSTEM
from registry.errors import Conflict, Invalid, Unavailable
from registry.services.read_audit import verify_audit
from registry.store.backup import EXPORT, MANIFEST, back_up, restore, verify_backup
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration import test_transfer as transfer
from tests.integration.story import openapi, publish
from tests.integration.test_transfer import rows

ROOT = Path(__file__).parents[2]
full, fresh = transfer.full, transfer.fresh
"""A registry with everything in it, and an empty one."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data directory of a registry with its keys."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("session.key", "audit.key"):
        (folder / name).write_text(f"the {name}")
    return folder


def without_restoring(found: dict[str, list[object]]) -> dict[str, list[object]]:
    """All rows but what the restoring itself says in the audit log."""
    return found | {"audit": [r for r in found["audit"] if "registry.restored" not in str(r)]}


def test_everything_comes_back(
    full: SqlUnitOfWork,
    fresh: SqlUnitOfWork,
    data: Path,
    tmp_path: Path,
) -> None:
    path, other = tmp_path / "a.backup", tmp_path / "other"
    made = back_up(full, path, data, keys=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    found, check = verify_backup(path)
    assert (found, check.intact) == (made, True)
    before = rows(full)
    publish(full, openapi("1.5.0"))  # what came later is not in it
    restore(fresh, path, other)
    assert without_restoring(rows(fresh)) == before
    assert verify_audit(fresh, SYSTEM).intact
    for key in ("session.key", "audit.key"):
        assert (other / key).read_text() == f"the {key}"
        assert (other / key).stat().st_mode & 0o777 == 0o600
    publish(fresh, openapi("1.1.0"))
    fresh.engine.dispose()


def test_what_is_there_is_replaced_only_when_told(
    full: SqlUnitOfWork,
    data: Path,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.backup"
    back_up(full, path, data, keys=True)
    before = rows(full)
    publish(full, openapi("1.5.0"))
    after = rows(full)
    with pytest.raises(Conflict, match=r"not empty.*--replace"):
        restore(full, path, data)
    (data / "audit.key").write_text("another")
    with pytest.raises(Conflict, match=r"audit\.key is another key"):
        restore(full, path, data)
    assert rows(full) == after
    assert (data / "audit.key").read_text() == "another"
    restore(full, path, data, replace=True)
    assert without_restoring(rows(full)) == before
    assert (data / "audit.key").read_text() == "the audit.key"
    assert verify_audit(full, SYSTEM).intact


def test_keys_are_left_out_unless_wanted(
    full: SqlUnitOfWork,
    fresh: SqlUnitOfWork,
    data: Path,
    tmp_path: Path,
) -> None:
    path, other = tmp_path / "a.backup", tmp_path / "other"
    assert back_up(full, path, data).keys == ()
    restore(fresh, path, other)
    assert not other.exists()
    fresh.engine.dispose()


def _repacked(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        with tarfile.open(path) as tar:
            parts = {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]
        change(parts)
        with tarfile.open(path, "w") as tar:
            for name, content in parts.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))

    return spoil


def _edited(parts: dict[str, bytes]) -> None:
    parts[EXPORT] = parts[EXPORT][:-50] + b"x" * 50


def _outside(parts: dict[str, bytes]) -> None:
    manifest = json.loads(parts[MANIFEST])
    manifest["parts"]["../outside"] = "0" * 64
    parts[MANIFEST] = json.dumps(manifest).encode()
    parts["../outside"] = b"x"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda p: p.write_bytes(b"not tar"), "not a whole backup"),
        (lambda p: p.write_bytes(p.read_bytes()[:3000]), "whole|edited"),
        (lambda p: p.unlink(), "cannot be read"),
        (_repacked(_edited), "does not fit its checksum"),
        (_repacked(_outside), "not a backup that"),
        (_repacked(lambda parts: parts.pop(EXPORT)), "not a whole backup"),
        (_repacked(lambda parts: parts.update({MANIFEST: b"[]"})), "not a whole backup"),
    ],
)
def test_a_spoiled_backup_changes_nothing(
    full: SqlUnitOfWork,
    data: Path,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    words: str,
) -> None:
    path = tmp_path / "a.backup"
    back_up(full, path, data, keys=True)
    before = rows(full)
    spoil(path)
    with pytest.raises(Invalid, match=words):
        verify_backup(path)
    with pytest.raises(Invalid, match=words):
        restore(full, path, data, replace=True)
    assert rows(full) == before
    assert not (tmp_path / "outside").exists()


def test_a_place_that_cannot_be_written(uow: SqlUnitOfWork, data: Path, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        back_up(uow, tmp_path / "nowhere" / "file", data)


def test_the_commands_say_what_they_did(
    full: SqlUnitOfWork,
    database_url: str,
    data: Path,
    tmp_path: Path,
) -> None:
    def interlock(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "registry.cli.main", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), "INTERLOCK_DATABASE": database_url,
                 "INTERLOCK_DATA": str(data)},
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip

    made = interlock("backup", "a.backup")
    assert (made.returncode, made.stderr) == (0, "")
    assert "3 versions" in made.stdout
    assert "keys not in it: session.key, audit.key" in made.stdout
    checked = interlock("backup", "--verify", "a.backup")
    assert "a.backup is whole" in checked.stdout
    refused = interlock("restore", "a.backup")
    assert refused.returncode != 0
    assert "not empty" in refused.stderr
    restored = interlock("restore", "a.backup", "--replace")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "restored as of" in restored.stdout
    assert verify_audit(full, SYSTEM).intact
