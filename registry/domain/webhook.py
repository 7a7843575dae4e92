"""Who wants to hear of events, how, and every attempt to tell them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from registry.domain.record import DeliveryState, OutboxEvent


class Channel(StrEnum):
    """How one is told."""

    WEBHOOK = "webhook"
    """A CloudEvent by POST, signed."""
    SLACK = "slack"
    """A message by POST, as Slack and those who copy it take it (incoming webhooks)."""
    EMAIL = "email"


class Topic(StrEnum):
    """What a consumer wants to hear of; each is made of several types of events."""

    BREAKING = "breaking-change"
    """A version is proposed or published that breaks, or of which that is not known."""
    DEPRECATION = "deprecation"
    """A version is deprecated, its sunset is postponed, or it is retired."""
    SUNSET = "sunset"
    """A sunset is near or overdue."""
    CONFORMANCE = "failed-conformance"
    """A conformance run failed."""


SUNSET_NEAR, SUNSET_OVERDUE = "version.sunset-near", "version.sunset-overdue"


def topic_of(event: OutboxEvent) -> Topic | None:
    """The topic of an event, if it has one."""
    if event.type in {"version.proposed", "version.published"}:
        hurts = event.payload.get("verdict") in {"breaking", "unknown"}
        return Topic.BREAKING if hurts else None
    if event.type == "run.finished":
        return Topic.CONFORMANCE if event.payload.get("status") == "failed" else None
    return {
        "version.deprecated": Topic.DEPRECATION,
        "version.retired": Topic.DEPRECATION,
        SUNSET_NEAR: Topic.SUNSET,
        SUNSET_OVERDUE: Topic.SUNSET,
    }.get(event.type)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events."""

    id: str
    url: str
    """``mailto:`` for e-mail."""
    sealed_secret: str = field(repr=False)
    """Key of the signature, encrypted; it is shown once, when the webhook is created."""
    created_at: datetime
    created_by: str
    events: tuple[str, ...] = ("*",)
    """Topics, or patterns of event types: ``sunset``, ``version.*``, ``run.finished``."""
    contracts: tuple[str, ...] = ()
    """Contracts to hear of; empty: all, or for a team those that its systems consume."""
    active: bool = True
    channel: Channel = Channel.WEBHOOK
    team: str = ""
    """The team that subscribed; empty: the administrators."""

    def wants(self, event: OutboxEvent, consumed: Collection[str] = ()) -> bool:
        """Whether this event is for it; ``consumed``: contracts that its team's systems use."""
        topic = topic_of(event)
        meant = any(p == topic or fnmatchcase(event.type, p) for p in self.events)
        if not self.active or not meant:
            return False
        wanted = self.contracts or (consumed if self.team else ())
        return event.payload.get("contract") in wanted if wanted or self.team else True


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
    """HTTP or SMTP status of the last answer; None if there was none."""
    last_error: str = ""
    delivered_at: datetime | None = None
