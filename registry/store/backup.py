"""A backup: everything the registry holds and, if wanted, the keys beside it, in one file.

A tar archive of the export (see :mod:`registry.store.transfer`), the keys of the data directory
and a manifest with the SHA-256 of each. What does not fit its manifest is not restored.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from registry.domain import SYSTEM
from registry.domain.chain import ChainCheck
from registry.errors import Conflict, Invalid, Unavailable
from registry.services.recording import record
from registry.store.migrate import current
from registry.store.transfer import export_registry, import_registry, verify_export
from registry.store.unit_of_work import SqlUnitOfWork

FORMAT = 1
MANIFEST, EXPORT = "manifest.json", "registry.interlock"
LARGEST_MANIFEST = 1024 * 1024
KEYS = ("session.key", "audit.key")
"""Files of the data directory without which stored webhook secrets cannot be read, sessions end,
and checkpoints are signed by somebody new."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    at: str
    revision: str
    rows: Mapping[str, int]
    keys: tuple[str, ...]


def back_up(uow: SqlUnitOfWork, path: Path, data: Path, *, keys: bool = False) -> Backup:
    """Write everything to ``path`` as of one instant, while the registry goes on serving.

    Raises:
        Unavailable: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
            rows = export_registry(uow, Path(folder) / EXPORT)
            parts = {EXPORT: Path(folder) / EXPORT}
            if keys:
                parts |= {key: data / key for key in KEYS if (data / key).is_file()}
            hashes = {name: _sha256(part) for name, part in parts.items()}
            at, revision = uow.now().isoformat(), current(uow.engine) or ""
            found = Backup(at, revision, rows, tuple(k for k in KEYS if k in parts))
            manifest = {"interlock": "backup", "format": FORMAT, "at": at, "revision": revision,
                        "rows": rows, "parts": hashes}  # fmt: skip
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
                _add(tar, MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()))
                for name, part in parts.items():
                    with part.open("rb") as content:
                        _add(tar, name, content)
                raw.flush()
                os.fsync(raw.fileno())
        partial.replace(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
    return found


def verify_backup(path: Path) -> tuple[Backup, ChainCheck]:
    """Check a backup without any database: every hash, every row, the audit chain.

    Raises:
        Invalid: it is not whole.
    """
    with _opened(path) as (found, folder):
        return found, verify_export(folder / EXPORT)


def restore(uow: SqlUnitOfWork, path: Path, data: Path, *, replace: bool = False) -> Backup:
    """Put everything back, all or nothing; ``replace``: in the place of what is there.

    Raises:
        Invalid: the backup is not whole, or its audit chain does not hold.
        Conflict: the registry is not empty, or has other keys, and nothing is to be replaced.
    """
    with _opened(path) as (found, folder):
        if not replace:
            for key in found.keys:
                if (data / key).is_file() and _sha256(data / key) != _sha256(folder / key):
                    raise Conflict(f"{data / key} is another key than the backup's; see --replace")
        import_registry(uow, folder / EXPORT, replace=replace)
        try:
            for key in found.keys:
                _place(folder / key, data / key)
        except OSError as error:
            raise Unavailable(
                f"the registry is restored, but its keys cannot be written to {data}: "
                f"{error.strerror}; take them from the backup with tar"
            ) from None
    with uow.write() as store:
        details = {"backup": found.at, "rows": sum(found.rows.values()), "replaced": replace}
        record(
            store, SYSTEM, uow.now(), "registry.restored", "registry", details=details,
            announce=False,
        )  # fmt: skip
    return found


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Backup, Path]]:
    """The manifest and a folder with the parts, each as the manifest promises it."""
    try:
        with tempfile.TemporaryDirectory(prefix="interlock-") as folder:
            yield _unpacked(path, Path(folder)), Path(folder)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError):
        raise Invalid(str(path), "is not a whole backup of Interlock; take another") from None
    except OSError as error:
        raise Invalid(str(path), f"cannot be read: {error.strerror or error}") from None


def _unpacked(path: Path, folder: Path) -> Backup:
    with tarfile.open(path, mode="r:") as tar:
        manifest = json.loads(_member(tar, MANIFEST).read(LARGEST_MANIFEST))
        if manifest["interlock"] != "backup" or manifest["format"] != FORMAT:
            raise Invalid(str(path), "is not a backup that this Interlock can read")
        parts: dict[str, str] = manifest["parts"]
        if EXPORT not in parts or not set(parts) <= {EXPORT, *KEYS}:
            raise Invalid(str(path), "is not a backup that this Interlock can read")
        for name, sha256 in parts.items():
            digest = hashlib.sha256()
            source = _member(tar, name)
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                while block := source.read(1 << 20):
                    digest.update(block)
                    file.write(block)
            if digest.hexdigest() != sha256:
                raise Invalid(str(path), f"was edited or cut: {name} does not fit its checksum")
        keys = tuple(key for key in KEYS if key in parts)
        return Backup(manifest["at"], manifest["revision"], manifest["rows"], keys)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def _add(tar: tarfile.TarFile, name: str, content: Any) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    content.seek(0, os.SEEK_END)
    entry.size = content.tell()
    content.seek(0)
    tar.addfile(entry, content)


def _place(source: Path, target: Path) -> None:
    """A key appears whole or not at all, readable by nobody else."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(source.read_bytes())
    partial.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
