"""Who wants to hear of events, and every attempt to tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from registry.domain.record import DeliveryState, OutboxEvent


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events, as a signed CloudEvent by POST."""

    id: str
    url: str
    sealed_secret: str = field(repr=False)
    """Key of the signature, encrypted; it is shown once, when the webhook is created."""
    created_at: datetime
    created_by: str
    events: tuple[str, ...] = ("*",)
    """Patterns of event types: ``version.*``, ``run.finished``."""
    contracts: tuple[str, ...] = ()
    """Contracts to hear of; empty: all."""
    active: bool = True

    def wants(self, event: OutboxEvent) -> bool:
        """Whether this event is for it."""
        if not self.active or not any(fnmatchcase(event.type, p) for p in self.events):
            return False
        return not self.contracts or event.payload.get("contract") in self.contracts


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook."""

    id: str
    webhook: str
    event: str
    state: DeliveryState
    created_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    last_status: int | None = None
    """HTTP status of the last answer; None if there was none."""
    last_error: str = ""
    delivered_at: datetime | None = None
