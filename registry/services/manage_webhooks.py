"""Who is told: create (secret shown once), list, switch off, test, see and replay deliveries.

Administrators tell whoever they like; a team subscribes to what its systems consume, or to
contracts that it names.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from registry.domain import Delivery, DeliveryState, OutboxEvent, Principal, Webhook
from registry.domain.identifiers import new_id
from registry.domain.webhook import Channel, Topic
from registry.errors import Conflict, Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import Sealer, Store, UnitOfWork
from registry.services.recording import record

TEST = "webhook.test"
MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
"""Addresses that mail is sent to: a plain mailbox at a domain name, never at an IP address."""


@dataclass(frozen=True, slots=True)
class CreateWebhook:
    """``events``: topics or patterns of event types; ``contracts``: names, empty for all.

    ``url``: an http(s) address, or a mailbox for e-mail. ``team``: who subscribes; without
    ``contracts`` it hears of those that its systems consume. ``mail``: whether mail can be sent.
    """

    url: str
    events: tuple[str, ...] = ("*",)
    contracts: tuple[str, ...] = ()
    channel: Channel = Channel.WEBHOOK
    team: str = ""
    mail: bool = True


@dataclass(frozen=True, slots=True)
class CreatedWebhook:
    """The webhook and the key of its signatures, which is shown now and never again."""

    webhook: Webhook
    secret: str = field(repr=False)
    """Empty where nothing is signed."""


def create_webhook(
    command: CreateWebhook, uow: UnitOfWork, caller: Principal, sealer: Sealer
) -> CreatedWebhook:
    """Tell this address from now on.

    Raises:
        Invalid: not an address of its channel, or no event is wanted.
        NotFound: no such contract or team.
        Conflict: mail is wanted and none can be sent.
    """
    _allow(caller, command.team)
    url = _address(command)
    if not command.events or any(not e or len(e) > 100 for e in command.events):
        raise Invalid("events", f"name topics ({', '.join(Topic)}) or patterns such as 'version.*'")
    secret = "whsec_" + secrets.token_urlsafe(32) if command.channel is Channel.WEBHOOK else ""
    now = uow.now()
    webhook = Webhook(
        id=new_id("hook"),
        url=url,
        sealed_secret=sealer.seal(secret) if secret else "",
        created_at=now,
        created_by=caller.name,
        events=command.events,
        contracts=command.contracts,
        channel=command.channel,
        team=command.team,
    )
    with uow.write() as store:
        if command.team and store.estate.find_team(command.team) is None:
            raise NotFound(f"no team is named {command.team!r}")
        for name in command.contracts:
            store.contracts.get(name)
        store.webhooks.put(webhook)
        details = {
            "url": shown(webhook),
            "events": webhook.events,
            "channel": webhook.channel,
            "team": webhook.team,
        }
        _record(store, uow, caller, "webhook.created", webhook, None, details)
    return CreatedWebhook(webhook, secret)


def _address(command: CreateWebhook) -> str:
    if command.channel is Channel.EMAIL:
        if not command.mail:
            raise Conflict("no mail can be sent: set INTERLOCK_SMTP and INTERLOCK_MAIL_FROM")
        mailbox = command.url.removeprefix("mailto:")
        if not MAILBOX.fullmatch(mailbox):
            raise Invalid("url", "give a mailbox, such as integration@example.org")
        return f"mailto:{mailbox}"
    parts = urlsplit(command.url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or len(command.url) > 2000:
        raise Invalid("url", "give an https address, such as https://example.org/hooks/interlock")
    if parts.username or parts.password:
        raise Invalid("url", "carries a password; the signature proves who calls")
    return command.url


def shown(webhook: Webhook) -> str:
    """The address as others may read it: that of a Slack webhook is itself a secret."""
    if webhook.channel is not Channel.SLACK:
        return webhook.url
    parts = urlsplit(webhook.url)
    return f"{parts.scheme}://{parts.netloc}/…"


def list_webhooks(uow: UnitOfWork, caller: Principal) -> Sequence[Webhook]:
    """Newest first, without secrets: every one for an administrator, else those of own teams."""
    authorize(caller, Action.SUBSCRIBE)
    with uow.read() as store:
        found = store.webhooks.all()
    return [
        replace(webhook, url=shown(webhook))
        for webhook in found
        if caller.is_admin or (webhook.team and caller.acts_for(webhook.team))
    ]


def stop_webhook(webhook: str, uow: UnitOfWork, caller: Principal) -> Webhook:
    """It is told nothing from now on; stopping again is a no-op.

    Raises:
        NotFound: no such webhook.
    """
    with uow.write() as store:
        found = _get(store, webhook, caller)
        if not found.active:
            return found
        stopped = replace(found, active=False)
        store.webhooks.put(stopped)
        details = {"url": shown(found)}
        _record(store, uow, caller, "webhook.stopped", stopped, found, details)
        return replace(stopped, url=shown(stopped))


def test_webhook(webhook: str, uow: UnitOfWork, caller: Principal) -> Delivery:
    """Send it a test event, whatever it listens to.

    Raises:
        NotFound: no such webhook.
    """
    now = uow.now()
    with uow.write() as store:
        found = _get(store, webhook, caller)
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
    mine = {one.id for one in list_webhooks(uow, caller)}
    with uow.read() as store:
        found = store.webhooks.deliveries(webhook, state)
        return [one for one in found if caller.is_admin or one.webhook in mine]


def replay_delivery(delivery: str, uow: UnitOfWork, caller: Principal) -> Delivery:
    """Send it again, from the first attempt.

    Raises:
        NotFound: no such delivery.
    """
    now = uow.now()
    with uow.write() as store:
        authorize(caller, Action.SUBSCRIBE)
        found = store.webhooks.get_delivery(delivery)
        webhook = _get(store, found.webhook, caller)
        again = replace(found, state=DeliveryState.PENDING, attempts=0, next_attempt_at=now)
        store.webhooks.put_delivery(again)
        details = {"delivery": delivery}
        _record(store, uow, caller, "webhook.replayed", webhook, webhook, details)
    return again


def _allow(caller: Principal, team: str) -> None:
    if team:
        authorize(caller, Action.SUBSCRIBE, team)
    else:
        authorize(caller, Action.MANAGE_WEBHOOKS)


def _get(store: Store, webhook: str, caller: Principal) -> Webhook:
    authorize(caller, Action.SUBSCRIBE)
    found = store.webhooks.get(webhook)
    _allow(caller, found.team)
    return found


def _record(
    store: Store,
    uow: UnitOfWork,
    caller: Principal,
    action: str,
    after: Webhook,
    before: Webhook | None,
    details: Mapping[str, object],
) -> None:
    record(
        store,
        caller,
        uow.now(),
        action,
        f"webhook:{after.id}",
        before=before,
        after=after,
        details=details,
        announce=False,
    )
