"""Webhooks: create (secret shown once), list, switch off, test, see and replay deliveries."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from registry.domain import Delivery, DeliveryState, OutboxEvent, Principal, Webhook
from registry.domain.identifiers import new_id
from registry.errors import Invalid
from registry.services.authorization import Action, authorize
from registry.services.ports import Sealer, UnitOfWork
from registry.services.recording import record

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class CreateWebhook:
    """``events``: patterns of event types; ``contracts``: names, empty for all."""

    url: str
    events: tuple[str, ...] = ("*",)
    contracts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreatedWebhook:
    """The webhook and the key of its signatures, which is shown now and never again."""

    webhook: Webhook
    secret: str = field(repr=False)


def create_webhook(
    command: CreateWebhook, uow: UnitOfWork, caller: Principal, sealer: Sealer
) -> CreatedWebhook:
    """Tell this address from now on.

    Raises:
        Invalid: not an http(s) address, or no event is wanted.
        NotFound: no such contract.
    """
    authorize(caller, Action.MANAGE_WEBHOOKS)
    parts = urlsplit(command.url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or len(command.url) > 2000:
        raise Invalid("url", "give an https address, such as https://example.org/hooks/interlock")
    if parts.username or parts.password:
        raise Invalid("url", "carries a password; the signature proves who calls")
    if not command.events:
        raise Invalid("events", "name at least one pattern, such as 'version.*'")
    secret = "whsec_" + secrets.token_urlsafe(32)
    now = uow.now()
    webhook = Webhook(
        id=new_id("hook"),
        url=command.url,
        sealed_secret=sealer.seal(secret),
        created_at=now,
        created_by=caller.name,
        events=command.events,
        contracts=command.contracts,
    )
    with uow.write() as store:
        for name in command.contracts:
            store.contracts.get(name)
        store.webhooks.put(webhook)
        record(
            store,
            caller,
            now,
            "webhook.created",
            f"webhook:{webhook.id}",
            after=webhook,
            details={"url": webhook.url, "events": webhook.events},
            announce=False,
        )
    return CreatedWebhook(webhook, secret)


def list_webhooks(uow: UnitOfWork, caller: Principal) -> Sequence[Webhook]:
    """Every webhook, newest first, without secrets."""
    authorize(caller, Action.MANAGE_WEBHOOKS)
    with uow.read() as store:
        return store.webhooks.all()


def stop_webhook(webhook: str, uow: UnitOfWork, caller: Principal) -> Webhook:
    """It is told nothing from now on; stopping again is a no-op.

    Raises:
        NotFound: no such webhook.
    """
    authorize(caller, Action.MANAGE_WEBHOOKS)
    with uow.write() as store:
        found = store.webhooks.get(webhook)
        if not found.active:
            return found
        stopped = replace(found, active=False)
        store.webhooks.put(stopped)
        record(
            store,
            caller,
            uow.now(),
            "webhook.stopped",
            f"webhook:{webhook}",
            before=found,
            after=stopped,
            details={"url": found.url},
            announce=False,
        )
        return stopped


def test_webhook(webhook: str, uow: UnitOfWork, caller: Principal) -> Delivery:
    """Send it a test event, whatever it listens to.

    Raises:
        NotFound: no such webhook.
    """
    authorize(caller, Action.MANAGE_WEBHOOKS)
    now = uow.now()
    with uow.write() as store:
        found = store.webhooks.get(webhook)
        event = OutboxEvent(
            new_id("evt"),
            now,
            TEST,
            f"webhook:{found.id}",
            {"actor": caller.name, "message": "Interlock can reach you."},
            DeliveryState.DELIVERED,
        )
        store.outbox.add(event)
        delivery = Delivery(
            new_id("dlv"), found.id, event.id, DeliveryState.PENDING, now, next_attempt_at=now
        )
        store.webhooks.put_delivery(delivery)
    return delivery


def list_deliveries(
    uow: UnitOfWork, caller: Principal, *, webhook: str = "", state: str = ""
) -> Sequence[Delivery]:
    """The last hundred, newest first; ``state``: pending, delivered or dead."""
    authorize(caller, Action.MANAGE_WEBHOOKS)
    with uow.read() as store:
        return store.webhooks.deliveries(webhook, state)


def replay_delivery(delivery: str, uow: UnitOfWork, caller: Principal) -> Delivery:
    """Send it again, from the first attempt.

    Raises:
        NotFound: no such delivery.
    """
    authorize(caller, Action.MANAGE_WEBHOOKS)
    now = uow.now()
    with uow.write() as store:
        found = store.webhooks.get_delivery(delivery)
        again = replace(found, state=DeliveryState.PENDING, attempts=0, next_attempt_at=now)
        store.webhooks.put_delivery(again)
        record(
            store,
            caller,
            now,
            "webhook.replayed",
            f"webhook:{found.webhook}",
            details={"delivery": delivery},
            announce=False,
        )
    return again
