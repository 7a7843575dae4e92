"""The audit log as rows of one hash chain.

Entries are kept back until the commit and linked there, so that concurrent transactions wait for
each other only at the very end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from registry.domain import AuditEntry
from registry.domain.chain import FIRST, link
from registry.store.tables import audit

LOCK = 7_235_519_411_061_033
"""Key of the advisory lock that puts writers of the chain in a row (PostgreSQL)."""


class SqlAudit:
    """Implements :class:`registry.services.audit_port.Audit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pending: list[dict[str, Any]] = []

    def append(
        self,
        *,
        at: datetime,
        actor: str,
        action: str,
        subject: str,
        before: str,
        after: str,
        reason: str,
        details: Mapping[str, Any],
    ) -> None:
        """Keep an entry for the commit."""
        self._pending.append(
            {
                "at": at,
                "actor": actor,
                "action": action,
                "subject": subject,
                "before": before,
                "after": after,
                "reason": reason,
                "details": dict(details),
            }
        )

    def flush(self) -> None:
        """Link the kept entries to the chain; called once, right before the commit."""
        if not self._pending:
            return
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        query = select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
        last = self._connection.execute(query).one_or_none()
        sequence, previous = (last.sequence, last.hash) if last else (0, FIRST)
        rows = []
        for values in self._pending:
            sequence += 1
            entry = link(previous, sequence=sequence, **values)
            previous = entry.hash
            rows.append({c.name: getattr(entry, c.name) for c in audit.columns})
        self._connection.execute(insert(audit), rows)
        self._pending.clear()

    def page(
        self, *, subject: str = "", limit: int, offset: int
    ) -> tuple[Sequence[AuditEntry], int]:
        """Newest first; the count is a second statement."""
        conditions = [audit.c.subject == subject] if subject else []
        total = self._connection.scalar(select(func.count()).select_from(audit).where(*conditions))
        query = select(audit).where(*conditions).order_by(audit.c.sequence.desc())
        rows = self._connection.execute(query.limit(limit).offset(offset))
        return [AuditEntry(**row._mapping) for row in rows], total or 0

    def walk(self) -> Iterator[AuditEntry]:
        """From the first, a thousand rows at a time."""
        last = 0
        while True:
            query = select(audit).where(audit.c.sequence > last).order_by(audit.c.sequence)
            rows = self._connection.execute(query.limit(1000)).all()
            if not rows:
                return
            yield from (AuditEntry(**row._mapping) for row in rows)
            last = rows[-1].sequence
