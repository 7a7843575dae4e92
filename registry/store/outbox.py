"""Events on their way out, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from registry.domain import DeliveryState, OutboxEvent
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.store.tables import outbox


class SqlOutbox:
    """Implements :class:`registry.services.delivery_port.Outbox`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: OutboxEvent) -> None:
        """Insert."""
        self._connection.execute(insert(outbox).values(_row(event)))

    def known(self, id_: str) -> bool:
        """By id."""
        query = select(outbox.c.id).where(outbox.c.id == id_)
        return self._connection.execute(query).one_or_none() is not None

    def due(self, now: datetime, limit: int) -> Sequence[OutboxEvent]:
        """Pending and due, oldest first; another worker's rows are skipped on PostgreSQL."""
        query = (
            select(outbox)
            .where(
                outbox.c.state == DeliveryState.PENDING.value,
                or_(outbox.c.next_attempt_at.is_(None), outbox.c.next_attempt_at <= now),
            )
            .order_by(outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [
            OutboxEvent(**dict(row._mapping) | {"state": DeliveryState(row.state)})
            for row in self._connection.execute(query)
        ]

    def get(self, id_: str) -> OutboxEvent:
        """By id."""
        row = self._connection.execute(select(outbox).where(outbox.c.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"no event has the id {id_!r}")
        return OutboxEvent(**dict(row._mapping) | {"state": DeliveryState(row.state)})

    def put(self, event: OutboxEvent) -> None:
        """Replace."""
        self._connection.execute(update(outbox).where(outbox.c.id == event.id).values(_row(event)))


def _row(event: OutboxEvent) -> dict[str, Any]:
    row: dict[str, Any] = {c.name: getattr(event, c.name) for c in outbox.columns}
    return row | {"payload": to_json(event.payload), "state": event.state.value}
