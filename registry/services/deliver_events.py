"""Tell whoever wants to hear: at least once, retried with growing pauses, then kept as dead."""

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
from registry.domain.webhook import Channel
from registry.services.announcements import announcement_of
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
Mail = Callable[[str, str, str, str], Answer]
"""Sends mailbox, subject, text and a key that is the same when it is sent again."""


def no_mail(_mailbox: str, _subject: str, _text: str, _key: str) -> Answer:
    """Where none can be sent."""
    return Answer(None, "no mail can be sent here")


def deliver_events(
    uow: UnitOfWork, sealer: Sealer, send: Send, source: str, mail: Mail = no_mail
) -> int:
    """Send everything that is due; gives the number of attempts made.

    ``source`` names this registry in what it sends: its address, if it has one.
    """
    made = 0
    while batch := _next(uow):
        for delivery, webhook, event in batch:
            if webhook.active:
                tell = _Teller(sealer, send, mail, source)
                answer = tell(webhook, event, delivery, uow.now())
            else:
                answer = Answer(None, "the webhook was stopped")
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
    teams = {webhook.team for webhook in webhooks.values() if webhook.active and webhook.team}
    consumed = store.estate.consumed_by_teams(teams) if events and teams else {}
    for event in events:
        for webhook in webhooks.values():
            if webhook.wants(event, consumed.get(webhook.team, ())):
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


@dataclass(frozen=True, slots=True)
class _Teller:
    """Makes one attempt, in the way of its channel."""

    sealer: Sealer
    send: Send
    mail: Mail
    source: str

    def __call__(
        self, webhook: Webhook, event: OutboxEvent, delivery: Delivery, now: datetime
    ) -> Answer:
        if webhook.channel is Channel.WEBHOOK:
            body = cloud_event(event, self.source)
            return self.send(webhook.url, body, self._headers(webhook, event, delivery, now, body))
        told = announcement_of(event, self.source)
        if webhook.channel is Channel.EMAIL:
            mailbox = webhook.url.removeprefix("mailto:")
            return self.mail(mailbox, f"[Interlock] {told.subject}", told.text, delivery.id)
        headers = {"Content-Type": "application/json", "User-Agent": "Interlock"}
        return self.send(webhook.url, told.message, headers)

    def _headers(
        self, webhook: Webhook, event: OutboxEvent, delivery: Delivery, now: datetime, body: bytes
    ) -> Mapping[str, str]:
        secret = self.sealer.unseal(webhook.sealed_secret)
        return {
            "Content-Type": "application/cloudevents+json",
            "User-Agent": "Interlock",
            "X-Interlock-Event": event.type,
            "X-Interlock-Delivery": delivery.id,
            "X-Interlock-Signature": signature(secret, int(now.timestamp()), body),
        }


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
