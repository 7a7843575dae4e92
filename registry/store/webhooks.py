"""Webhooks and deliveries as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from registry.domain import Delivery, DeliveryState, Webhook
from registry.domain.encode import to_json
from registry.domain.webhook import Channel
from registry.errors import NotFound
from registry.store.tables import deliveries, webhooks


class SqlWebhooks:
    """Implements :class:`registry.services.delivery_port.Webhooks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, id_: str) -> Webhook:
        """By id."""
        row = self._connection.execute(select(webhooks).where(webhooks.c.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"no webhook has the id {id_!r}")
        return _webhook(row)

    def all(self) -> Sequence[Webhook]:
        """Newest first."""
        rows = self._connection.execute(select(webhooks).order_by(webhooks.c.id.desc()))
        return [_webhook(row) for row in rows]

    def put(self, webhook: Webhook) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(webhook, c.name) for c in webhooks.columns}
        row |= {"events": to_json(webhook.events), "contracts": to_json(webhook.contracts)}
        row["channel"] = webhook.channel.value
        changed = self._connection.execute(
            update(webhooks).where(webhooks.c.id == webhook.id).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(webhooks).values(row))

    def get_delivery(self, id_: str) -> Delivery:
        """By id."""
        row = self._connection.execute(
            select(deliveries).where(deliveries.c.id == id_)
        ).one_or_none()
        if row is None:
            raise NotFound(f"no delivery has the id {id_!r}")
        return _delivery(row)

    def deliveries(
        self, webhook: str = "", state: str = "", limit: int = 100
    ) -> Sequence[Delivery]:
        """Newest first."""
        query = select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
        if webhook:
            query = query.where(deliveries.c.webhook == webhook)
        if state:
            query = query.where(deliveries.c.state == state)
        return [_delivery(row) for row in self._connection.execute(query)]

    def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Pending and due, oldest first; what another worker holds is skipped."""
        query = (
            select(deliveries)
            .where(
                deliveries.c.state == DeliveryState.PENDING.value,
                deliveries.c.next_attempt_at <= now,
            )
            .order_by(deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_delivery(row) for row in self._connection.execute(query)]

    def put_delivery(self, delivery: Delivery) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(delivery, c.name) for c in deliveries.columns}
        row["state"] = delivery.state.value
        changed = self._connection.execute(
            update(deliveries).where(deliveries.c.id == delivery.id).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(deliveries).values(row))


def _webhook(row: Row[Any]) -> Webhook:
    values = dict(row._mapping)
    values |= {"events": tuple(values["events"]), "contracts": tuple(values["contracts"])}
    values["channel"] = Channel(values["channel"])
    return Webhook(**values)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**dict(row._mapping) | {"state": DeliveryState(row.state)})
