"""What the use cases need to tell others: events on their way out, and who is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from registry.domain import Delivery, OutboxEvent, Webhook


class Outbox(Protocol):
    """Events on their way out."""

    def add(self, event: OutboxEvent) -> None: ...
    def known(self, id_: str) -> bool:
        """Whether there is such an event."""

    def due(self, now: datetime, limit: int) -> Sequence[OutboxEvent]: ...
    def put(self, event: OutboxEvent) -> None: ...
    def get(self, id_: str) -> OutboxEvent: ...


class Webhooks(Protocol):
    """Who is told, and every attempt to tell them."""

    def get(self, id_: str) -> Webhook: ...
    def all(self) -> Sequence[Webhook]: ...
    def put(self, webhook: Webhook) -> None: ...
    def get_delivery(self, id_: str) -> Delivery: ...
    def deliveries(
        self, webhook: str = "", state: str = "", limit: int = 100
    ) -> Sequence[Delivery]:
        """Newest first."""

    def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Pending and due, oldest first, locked until the transaction ends."""

    def put_delivery(self, delivery: Delivery) -> None: ...
