"""Schedules and inbound webhooks as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from registry.domain import Trigger, TriggerKind
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.store.sight import Sight
from registry.store.trigger_table import triggers


class SqlTriggers:
    """Implements :class:`registry.services.trigger_port.Triggers`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._sight = sight

    def get(self, id_: str) -> Trigger:
        """By id."""
        row = self._connection.execute(select(triggers).where(triggers.c.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"no trigger has the id {id_!r}")
        return _trigger(row)

    def put(self, trigger: Trigger) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(trigger, c.name) for c in triggers.columns}
        row |= {"kind": trigger.kind.value, "settings": to_json(trigger.settings)}
        changed = self._connection.execute(
            update(triggers).where(triggers.c.id == trigger.id).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(triggers).values(row))

    def remove(self, id_: str) -> None:
        """Forget it."""
        self._connection.execute(delete(triggers).where(triggers.c.id == id_))

    def search(self, contract: str, environment: str, limit: int) -> Sequence[Trigger]:
        """Newest first; what runs by itself is no matter of partners."""
        if self._sight is not None:
            return []
        query = select(triggers).order_by(triggers.c.id.desc()).limit(limit)
        if contract:
            query = query.where(triggers.c.contract == contract)
        if environment:
            query = query.where(triggers.c.environment == environment)
        return [_trigger(row) for row in self._connection.execute(query)]

    def declared_by(self, contract: str, origin: str) -> Sequence[Trigger]:
        """Those of a contract that this source declared."""
        query = select(triggers).where(triggers.c.contract == contract, triggers.c.origin == origin)
        return [_trigger(row) for row in self._connection.execute(query)]

    def due(self, now: datetime, limit: int) -> Sequence[Trigger]:
        """Oldest first."""
        query = (
            select(triggers)
            .where(triggers.c.next_at <= now)
            .order_by(triggers.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_trigger(row) for row in self._connection.execute(query)]


def _trigger(row: Row[Any]) -> Trigger:
    return Trigger(**dict(row._mapping) | {"kind": TriggerKind(row.kind)})
