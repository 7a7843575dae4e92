"""Webhooks: who is told of events, and every attempt to tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Delivery, Webhook
from registry.domain.webhook import Channel
from registry.security.keys import signing_key
from registry.security.requests import caller, runtime
from registry.security.sealing import FernetSealer
from registry.services import manage_webhooks as manage
from registry.services.authorization import Action


class WebhookRequest(Input):
    """``events``: topics (``breaking-change``, ``deprecation``, ``sunset``,
    ``failed-conformance``) or patterns such as ``version.*``; no ``contracts`` means all, or for
    a ``team`` those that its systems consume. ``url`` is a mailbox for e-mail."""

    url: str = Field(min_length=1, max_length=2000)
    channel: Channel = Channel.WEBHOOK
    team: str = Field("", max_length=120)
    events: list[str] = Field(default_factory=lambda: ["*"], min_length=1, max_length=50)
    contracts: list[str] = Field(default_factory=list, max_length=1000)


class DeliveryQuery(Input):
    """``state``: pending, delivered or dead."""

    webhook: str = Field("", max_length=100)
    state: str = Field("", pattern="^(pending|delivered|dead)?$")


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """The webhook and the key of its signatures, shown now and never again; empty without one."""

    webhook: Webhook
    secret: str


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Webhooks, newest first."""

    webhooks: Sequence[Webhook]


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Deliveries, newest first."""

    deliveries: Sequence[Delivery]


@route("GET", "/webhooks", action=Action.SUBSCRIBE)
def list_webhooks() -> Webhooks:
    """Webhooks, newest first, without secrets."""
    return Webhooks(manage.list_webhooks(runtime().uow, caller()))


@route("POST", "/webhooks", action=Action.SUBSCRIBE, status=201, problems=(400, 404))
def create_webhook(body: WebhookRequest) -> NewWebhook:
    """Tell an address of events from now on.

    Administrators may for everybody; a publisher or approver subscribes for a team of theirs.
    Through the channel `webhook` each event is a CloudEvent (JSON) by POST, signed in
    `X-Interlock-Signature`: `t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>` with the
    secret. It is sent at
    least once, and again with growing pauses until the address answers with a status of 2xx.
    """
    given = runtime().settings
    command = manage.CreateWebhook(
        body.url,
        tuple(body.events),
        tuple(body.contracts),
        body.channel,
        body.team,
        mail=bool(given.smtp.get_secret_value()),
    )
    sealer = FernetSealer(signing_key(given))
    created = manage.create_webhook(command, runtime().uow, caller(), sealer)
    return NewWebhook(created.webhook, created.secret)


@route("DELETE", "/webhooks/{webhook}", action=Action.SUBSCRIBE, problems=(404,))
def stop_webhook(webhook: str) -> Webhook:
    """Tell it nothing from now on."""
    return manage.stop_webhook(webhook, runtime().uow, caller())


@route(
    "POST",
    "/webhooks/{webhook}/test",
    action=Action.SUBSCRIBE,
    status=202,
    problems=(404,),
)
def send_test(webhook: str) -> Delivery:
    """Send it a test event."""
    return manage.test_webhook(webhook, runtime().uow, caller())


@route("GET", "/deliveries", action=Action.SUBSCRIBE, problems=(400,))
def list_deliveries(query: DeliveryQuery) -> Deliveries:
    """The last hundred deliveries, newest first."""
    found = manage.list_deliveries(
        runtime().uow, caller(), webhook=query.webhook, state=query.state
    )
    return Deliveries(found)


@route(
    "POST",
    "/deliveries/{delivery}/replay",
    action=Action.SUBSCRIBE,
    status=202,
    problems=(404,),
)
def replay_delivery(delivery: str) -> Delivery:
    """Send it again, from the first attempt."""
    return manage.replay_delivery(delivery, runtime().uow, caller())
