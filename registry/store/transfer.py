"""Everything in one file and back: backups, and the way from SQLite to PostgreSQL.

The file is gzipped JSON lines: a header, one line per row in the order of the foreign keys, and
a last line with the number of rows per table and the SHA-256 of every line before it. A file
that was cut or edited is not imported; neither is one whose audit chain does not hold.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import secrets
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, insert, select, text

from registry.domain import AuditEntry
from registry.domain.chain import FIRST, ChainCheck
from registry.domain.checkpoint import Checkpoint, verify_sealed
from registry.errors import Conflict, Invalid, Unavailable
from registry.services.audit_port import Verifier
from registry.services.read_audit import first_forged
from registry.store.audit import SqlAudit
from registry.store.migrate import current, head
from registry.store.tables import metadata, reports
from registry.store.types import Instant
from registry.store.unit_of_work import SqlUnitOfWork

FORMAT = 1
BATCH = 200
LONGEST_LINE = 512 * 1024 * 1024
TABLES = [table for table in metadata.sorted_tables if table is not reports]
"""All but the cache of comparisons, which is worked out again."""
COUNTED = tuple(
    table.name for table in TABLES if any(c.autoincrement is True for c in table.primary_key)
)
"""Tables whose ids the database counts itself."""


def export_registry(uow: SqlUnitOfWork, path: Path) -> dict[str, int]:
    """Write everything to ``path``, as of one instant; gives the number of rows per table.

    Raises:
        Unavailable: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    counts: Counter[str] = Counter()
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb") as file:
            digest = hashlib.sha256()
            for line in _lines(uow, counts):
                digest.update(line)
                file.write(line)
            end = {"end": True, "rows": dict(counts), "sha256": digest.hexdigest()}
            file.write(_line(end))
        partial.replace(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
    return dict(counts)


def import_registry(uow: SqlUnitOfWork, path: Path, *, replace: bool = False) -> dict[str, int]:
    """Read an exported file into an empty registry, all or nothing.

    ``replace``: in the place of what is there, in the same transaction.

    Raises:
        Invalid: the file is not an export, was cut or edited, or its audit chain does not hold.
        Conflict: the registry is not empty.
    """
    counts: Counter[str] = Counter()
    with _opened(path) as file, uow.write() as store:
        if replace:
            _empty(store.connection)
        _refuse_full(store.connection)
        _insert(_rows(file, path, counts), store.connection)
        _continue_counting(store.connection)
        check = verify_sealed(SqlAudit(store.connection).walk(), store.checkpoints.all())
        if not check.intact:
            raise Invalid(str(path), f"its audit log does not hold: {check.message}")
    return dict(counts)


@contextmanager
def _opened(path: Path) -> Iterator[gzip.GzipFile]:
    """The file; whatever is wrong with it is one sentence."""
    try:
        with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as file:
            yield file
    except (gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, TypeError):
        raise Invalid(str(path), "is not a whole export of Interlock; take another") from None
    except OSError as error:
        raise Invalid(str(path), f"cannot be read: {error.strerror or error}") from None


def _lines(uow: SqlUnitOfWork, counts: Counter[str]) -> Iterator[bytes]:
    with uow.read() as store:
        connection = store.connection
        last = connection.scalar(
            select(metadata.tables["audit"].c.hash)
            .order_by(metadata.tables["audit"].c.sequence.desc())
            .limit(1)
        )
        yield _line(
            {
                "interlock": "export",
                "format": FORMAT,
                "revision": current(uow.engine),
                "at": uow.now().isoformat(),
                "audit_head": last or FIRST,
            }
        )
        for table in TABLES:
            order = list(table.primary_key.columns)
            for row in connection.execute(
                select(table).order_by(*order).execution_options(yield_per=BATCH)
            ):
                counts[table.name] += 1
                yield _line({"table": table.name, "row": [_out(value) for value in row]})


def verify_export(
    path: Path, kept: Iterable[Checkpoint] = (), verifier: Verifier | None = None
) -> ChainCheck:
    """Check an exported file without any database: its checksum, its audit chain, checkpoints.

    ``kept``: checkpoints kept elsewhere; ``verifier``: the keys whose signatures count (None:
    signatures are not looked at).

    Raises:
        Invalid: it is not a whole export.
    """
    with _opened(path) as file:
        rows = _rows(file, path, Counter())
        entries: list[AuditEntry] = []
        checkpoints = list(kept)
        for table, row in rows:
            if table.name == "audit":
                entries.append(AuditEntry(**row))
            elif table.name == "checkpoints":
                checkpoints.append(Checkpoint(**row))
    if verifier and (forged := first_forged(checkpoints, verifier)):
        return forged
    return verify_sealed(entries, checkpoints)


def _insert(rows: Iterator[tuple[Table, dict[str, Any]]], to: Connection) -> None:
    for table, group in groupby(rows, key=lambda pair: pair[0]):
        values = (row for _, row in group)
        while batch := list(islice(values, BATCH)):
            to.execute(insert(table), batch)


def _rows(
    file: gzip.GzipFile, path: Path, counts: Counter[str]
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Every row of the file; what it promises at its end is checked when it is reached."""
    digest = hashlib.sha256()
    header = _next(file, digest)
    if header.get("interlock") != "export" or header.get("format") != FORMAT:
        raise Invalid(str(path), "is not an export that this Interlock can read")
    if header.get("revision") != head():
        raise Invalid(
            str(path),
            f"was written at database revision {header.get('revision')}, this is {head()}; import "
            "it with the Interlock that wrote it, and let this one upgrade the database",
        )
    tail = FIRST
    while True:
        before = digest.hexdigest()
        line = _next(file, digest)
        if line.get("end"):
            break
        table = metadata.tables[line["table"]]
        values = zip(table.columns, line["row"], strict=True)
        row = {column.name: _in(column.type, value) for column, value in values}
        if table.name == "blobs" and hashlib.sha256(row["content"]).hexdigest() != row["sha256"]:
            raise Invalid(str(path), f"the document {row['sha256']} does not fit its hash")
        counts[table.name] += 1
        tail = row["hash"] if table.name == "audit" else tail
        yield table, row
    if line["sha256"] != before or line["rows"] != dict(counts):
        raise Invalid(str(path), "was edited or cut: its checksum does not fit")
    if tail != header["audit_head"]:
        raise Invalid(str(path), "its audit log does not end where it did when it was written")


def _next(file: gzip.GzipFile, digest: Any) -> dict[str, Any]:
    line = file.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise EOFError
    digest.update(line)
    value = json.loads(line)
    if not isinstance(value, dict):
        raise EOFError
    return value


def _empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def _refuse_full(connection: Connection) -> None:
    for table in TABLES:
        if connection.scalar(select(func.count()).select_from(table)):
            raise Conflict(
                f"the registry is not empty (table {table.name}); use a fresh database, or "
                "`interlock restore --replace`"
            )


def _continue_counting(connection: Connection) -> None:
    """PostgreSQL counts on its own; tell it where we are."""
    if connection.dialect.name != "postgresql":
        return
    for name in COUNTED:
        connection.execute(
            text(
                f"select setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608 - our names
                f"greatest((select max(id) from {name}), 1))"
            )
        )


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _out(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value


def _in(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value
