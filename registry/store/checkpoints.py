"""Signed checkpoints of the audit log as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from registry.domain.checkpoint import Checkpoint
from registry.store.tables import checkpoints


class SqlCheckpoints:
    """Implements :class:`registry.services.audit_port.Checkpoints`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[Checkpoint]:
        """Oldest first."""
        query = select(checkpoints).order_by(checkpoints.c.at, checkpoints.c.id)
        return [Checkpoint(**row._mapping) for row in self._connection.execute(query)]

    def add(self, checkpoint: Checkpoint) -> None:
        """Insert."""
        self._connection.execute(insert(checkpoints).values(asdict(checkpoint)))
