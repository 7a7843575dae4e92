"""Content-addressed bytes: the same content is stored once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.errors import NotFound
from registry.store.tables import blobs


class SqlBlobs:
    """Implements :class:`registry.services.ports.Blobs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, content: bytes) -> str:
        """Store once; concurrent writers of the same bytes do not hinder each other."""
        sha256 = hashlib.sha256(content).hexdigest()
        row = {"sha256": sha256, "content": content, "size": len(content)}
        insert = (
            postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        )
        self._connection.execute(insert(blobs).values(row).on_conflict_do_nothing())
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes."""
        content = self._connection.scalar(select(blobs.c.content).where(blobs.c.sha256 == sha256))
        if content is None:
            raise NotFound(f"no document with the hash {sha256}")
        return bytes(content)

    def get_many(self, sha256s: Iterable[str]) -> Mapping[str, bytes]:
        """Those that exist, in one query."""
        wanted = set(sha256s)
        if not wanted:
            return {}
        query = select(blobs.c.sha256, blobs.c.content).where(blobs.c.sha256.in_(wanted))
        return {row.sha256: bytes(row.content) for row in self._connection.execute(query)}
