"""Who is told of what: subscriptions, a test, every delivery, and the dead ones again."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain import Delivery
from registry.domain.webhook import Channel, Topic
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.security.keys import signing_key
from registry.security.requests import settings
from registry.security.sealing import FernetSealer
from registry.services.authorization import Action, may
from registry.services.manage_webhooks import (
    CreatedWebhook,
    CreateWebhook,
    create_webhook,
    list_deliveries,
    list_webhooks,
    replay_delivery,
    stop_webhook,
    test_webhook,
)
from registry.services.view_estate import view_estate
from registry.web.blueprint import web
from registry.web.context import principal, uow

CHANNELS = (
    (Channel.WEBHOOK.value, "Webhook: signed CloudEvents"),
    (Channel.SLACK.value, "Slack: a message to an incoming webhook"),
    (Channel.EMAIL.value, "E-mail"),
)
TOPICS = (
    (Topic.BREAKING.value, "a proposal or release that breaks, or may"),
    (Topic.DEPRECATION.value, "a version is deprecated or retired"),
    (Topic.SUNSET.value, "a sunset is near or overdue"),
    (Topic.CONFORMANCE.value, "a conformance run failed"),
)
STATES = (("pending", "Waiting"), ("delivered", "Delivered"), ("dead", "Dead"))


@web.get("/notifications")
def notifications() -> str:
    """Subscriptions and the last deliveries; ``?state=dead`` shows what never arrived."""
    asked = {"contracts": request.args.get("contract", ""), "channel": Channel.WEBHOOK.value}
    return _page(asked, {})


@web.post("/notifications")
def subscribe() -> ResponseReturnValue:
    """A new subscription; the key of a webhook's signatures stands on this answer only."""
    form = request.form
    values = {name: form.get(name, "").strip() for name in ("url", "channel", "team", "events")}
    values["contracts"] = form.get("contracts", "")
    topics = form.getlist("topics")
    try:
        command = CreateWebhook(
            values["url"],
            (*topics, *values["events"].replace(",", " ").split()),
            tuple(values["contracts"].replace(",", " ").split()),
            _channel(values["channel"]),
            values["team"],
            mail=bool(settings().smtp.get_secret_value()),
        )
        sealer = FernetSealer(signing_key(settings()))
        created = create_webhook(command, uow(), principal(), sealer)
    except Invalid as error:
        return _page(values, {e.field: e.message for e in error.errors}, topics=topics), 422
    except NotFound as error:
        return _page(values, {"contracts": str(error)}, topics=topics), 422
    except Conflict as error:
        return _page(values, {"channel": str(error)}, topics=topics), 422
    except Forbidden as error:
        return _page(values, {"team": str(error)}, topics=topics), 422
    if created.secret:
        return _page({}, {}, created), 201, {"Cache-Control": "no-store"}
    flash("Subscribed. Send a test to see whether it arrives.", "ok")
    return redirect(url_for("web.notifications"), 303)


@web.post("/notifications/<webhook_id>")
def change_subscription(webhook_id: str) -> ResponseReturnValue:
    """Send a test, or stop it."""
    if request.form.get("action") == "test":
        test_webhook(webhook_id, uow(), principal())
        flash("A test is on its way; a worker sends it within a minute.", "ok")
    else:
        stop_webhook(webhook_id, uow(), principal())
        flash("Stopped: it is told nothing from now on.", "ok")
    return redirect(url_for("web.notifications", webhook=webhook_id), 303)


@web.post("/deliveries/<delivery_id>/replay")
def resend(delivery_id: str) -> ResponseReturnValue:
    """Send one again, from the first attempt."""
    replay_delivery(delivery_id, uow(), principal())
    flash("It is sent again within a minute.", "ok")
    return redirect(url_for("web.notifications", state=request.form.get("state", "")), 303)


def _channel(text: str) -> Channel:
    try:
        return Channel(text)
    except ValueError:
        raise Invalid("channel", f"choose one of {', '.join(Channel)}") from None


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str],
    created: CreatedWebhook | None = None,
    topics: list[str] | None = None,
) -> str:
    state, chosen = request.args.get("state", ""), request.args.get("webhook", "")
    state = state if state in dict(STATES) else ""
    found = list_webhooks(uow(), principal())
    deliveries: list[Delivery] = list(
        list_deliveries(uow(), principal(), webhook=chosen, state=state)
    )
    admin = may(principal(), Action.MANAGE_WEBHOOKS)
    teams = [(t.id, t.name) for t in view_estate(uow(), principal()).teams]
    return render_template(
        "notifications/notifications.html",
        webhooks=found,
        urls={webhook.id: webhook.url for webhook in found},
        deliveries=deliveries,
        state=state,
        states=STATES,
        chosen=chosen,
        values=values,
        errors=errors,
        created=created,
        channels=CHANNELS,
        topics=TOPICS,
        ticked=[name for name, _ in TOPICS] if topics is None else topics,
        teams=[team for team in teams if admin or team[0] in principal().teams],
        admin=admin,
    )
