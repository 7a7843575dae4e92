"""Tell the webhooks: at least once, signed, retried with growing pauses, then kept as dead."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from registry.domain import Delivery, DeliveryState, OutboxEvent, Webhook
from registry.domain.encode import to_json
from registry.domain.identifiers import new_id
from registry.services.ports import Sealer, Store, UnitOfWork

MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)
LEASE = timedelta(minutes=2)
"""How long one worker has for one attempt before another may try."""
BATCH = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status, or why there was none."""

    status: int | None
    error: str = ""

    @property
    def good(self) -> bool:
        """Whether the event arrived."""
        return self.status is not None and 200 <= self.status < 300


Send = Callable[[str, bytes, Mapping[str, str]], Answer]
"""POSTs a body with headers to a URL."""


def deliver_events(uow: UnitOfWork, sealer: Sealer, send: Send, source: str) -> int:
    """Send everything that is due; gives the number of attempts made.

    ``source`` names this registry in the CloudEvents it sends.
    """
    made = 0
    while batch := _next(uow):
        for delivery, webhook, event in batch:
            answer = _attempt(webhook, event, delivery, sealer, send, uow.now(), source)
            made += 1
            with uow.write() as store:
                store.webhooks.put_delivery(_after(delivery, answer, uow.now()))
    return made


def _next(uow: UnitOfWork) -> list[tuple[Delivery, Webhook, OutboxEvent]]:
    """Hand events to the webhooks that want them, and lease what is due."""
    now = uow.now()
    with uow.write() as store:
        webhooks = {webhook.id: webhook for webhook in store.webhooks.all()}
        while _hand_out(store, webhooks, now):
            pass
        leased = []
        for delivery in store.webhooks.due(now, BATCH):
            held = replace(delivery, attempts=delivery.attempts + 1, next_attempt_at=now + LEASE)
            store.webhooks.put_delivery(held)
            leased.append((held, webhooks[held.webhook], store.outbox.get(held.event)))
        return leased


def _hand_out(store: Store, webhooks: Mapping[str, Webhook], now: datetime) -> int:
    events = store.outbox.due(now, BATCH * 4)
    for event in events:
        for webhook in webhooks.values():
            if webhook.wants(event):
                store.webhooks.put_delivery(
                    Delivery(
                        new_id("dlv"),
                        webhook.id,
                        event.id,
                        DeliveryState.PENDING,
                        now,
                        next_attempt_at=now,
                    )
                )
        store.outbox.put(replace(event, state=DeliveryState.DELIVERED))
    return len(events)


def _attempt(
    webhook: Webhook,
    event: OutboxEvent,
    delivery: Delivery,
    sealer: Sealer,
    send: Send,
    now: datetime,
    source: str,
) -> Answer:
    if not webhook.active:
        return Answer(None, "the webhook was stopped")
    body = cloud_event(event, source)
    instant = int(now.timestamp())
    headers = {
        "Content-Type": "application/cloudevents+json",
        "User-Agent": "Interlock",
        "X-Interlock-Event": event.type,
        "X-Interlock-Delivery": delivery.id,
        "X-Interlock-Signature": signature(sealer.unseal(webhook.sealed_secret), instant, body),
    }
    return send(webhook.url, body, headers)


def _after(delivery: Delivery, answer: Answer, now: datetime) -> Delivery:
    told = replace(delivery, last_status=answer.status, last_error=answer.error[:500])
    if answer.good:
        return replace(told, state=DeliveryState.DELIVERED, delivered_at=now, next_attempt_at=None)
    if delivery.attempts >= MOST_ATTEMPTS:
        return replace(told, state=DeliveryState.DEAD, next_attempt_at=None)
    return replace(told, next_attempt_at=now + pause(delivery.attempts))


def pause(attempts: int) -> timedelta:
    """The pause after an attempt: doubling, never above six hours, half of it by chance."""
    doublings = min(attempts - 1, 20)
    full = min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
    return full * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing


def cloud_event(event: OutboxEvent, source: str) -> bytes:
    """The event in the JSON format of CloudEvents 1.0."""
    document: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "source": source,
        "type": f"interlock.{event.type}",
        "subject": event.subject,
        "time": to_json(event.at),
        "datacontenttype": "application/json",
        "data": to_json(event.payload),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, instant: int, body: bytes) -> str:
    """``t=<unix seconds>,v1=<hex>``: HMAC-SHA256 over ``<t>.<body>``."""
    digest = hmac.new(secret.encode(), f"{instant}.".encode() + body, hashlib.sha256)
    return f"t={instant},v1={digest.hexdigest()}"
