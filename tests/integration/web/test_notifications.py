"""Notifications, as people click through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain import Role
from registry.runtime import EXTENSION
from registry.security.keys import signing_key
from registry.security.sealing import FernetSealer
from registry.services.deliver_events import MOST_ATTEMPTS, Answer, deliver_events
from tests.integration.web.page import Page, csrf_of, get, page_of
from tests.integration.web.test_acting import sign_in, token_of

HOOK = {"channel": "webhook", "url": "https://example.org/hook", "topics": "sunset"}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An application that asks who is there."""
    return make_app(open_mode=False)


def enter(app: Flask, role: Role, *teams: str) -> FlaskClient:
    client = app.test_client()
    sign_in(client, token_of(app, role, teams=frozenset(teams)))
    return client


def subscribe(client: FlaskClient, status: int = 201, **form: str) -> Page:
    given = {"csrf": csrf_of(client), **HOOK, **form}
    return page_of(client.post("/notifications", data=given), status)


def action(page: Page, label: str) -> str:
    [form] = [f for f in page.all("form") if f.attributes.get("aria-label") == label]
    return form.attributes["action"]


def deliver(app: Flask, status: int) -> None:
    """What a worker does every minute, to an address that answers so."""
    runtime = app.extensions[EXTENSION]
    sealer = FernetSealer(signing_key(runtime.settings))
    deliver_events(runtime.uow, sealer, lambda *_: Answer(status, "no"), "urn:test")


def test_subscribe_test_stop_and_replay_what_is_dead(app: Flask) -> None:
    admin = enter(app, Role.ADMIN)
    deliver(app, 200)
    assert "Nobody is told yet" in get(admin, "/notifications").text
    secret = subscribe(admin).one("pre", id="new-secret").text
    page = get(admin, "/notifications")
    assert secret not in page.source, "shown once"
    change = action(page, HOOK["url"])
    csrf = csrf_of(admin)
    told = admin.post(change, data={"csrf": csrf, "action": "test"}, follow_redirects=True)
    assert "A test is on its way" in page_of(told).text
    runtime = app.extensions[EXTENSION]
    with runtime.uow.write() as store:  # hours later
        [delivery] = store.webhooks.deliveries()
    for _ in range(MOST_ATTEMPTS):
        deliver(app, 503)
        with runtime.uow.write() as store:
            found = store.webhooks.get_delivery(delivery.id)
            if found.next_attempt_at is not None:
                store.webhooks.put_delivery(replace(found, next_attempt_at=runtime.uow.now()))
    dead = get(admin, "/notifications?state=dead")
    assert f"{MOST_ATTEMPTS} attempts" in dead.text
    assert "503" in dead.text
    [form] = [f for f in dead.all("form") if "/deliveries/" in f.attributes.get("action", "")]
    admin.post(form.attributes["action"], data={"csrf": csrf, "state": "dead"})
    deliver(app, 200)
    assert "None" in get(admin, "/notifications?state=dead").text
    assert "Delivered" in get(admin, "/notifications").text
    stopped = admin.post(change, data={"csrf": csrf, "action": "stop"}, follow_redirects=True)
    assert "it is told nothing from now on" in page_of(stopped).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"url": "nowhere"}, "give an https address"),
        ({"channel": "pigeon"}, "choose one of"),
        ({"channel": "email", "url": "a@example.org"}, "INTERLOCK_SMTP"),
        ({"topics": "", "events": ""}, "name topics"),
        ({"contracts": "erp.nothing"}, "no contract is named"),
        ({"team": ""}, "takes the role admin"),
        ({"team": "erp-inventory"}, "does not act for that team"),
    ],
)
def test_what_cannot_be_subscribed_to_is_said_at_its_field(
    app: Flask, form: dict[str, str], said: str
) -> None:
    client = enter(app, Role.PUBLISHER, "warehouse-systems")
    page = subscribe(client, 422, **{"team": "warehouse-systems"} | form)
    assert said in page.text
    assert get(client, "/notifications").all("form", aria_label=HOOK["url"]) == []


def test_a_team_subscribes_from_the_page_of_a_contract(app: Flask) -> None:
    client = enter(app, Role.APPROVER, "data-products")
    assert "/notifications?contract=erp.ticket" in get(client, "/contracts/erp.ticket").local_links
    page = get(client, "/notifications?contract=erp.ticket")
    assert page.one("input", name="contracts").attributes["value"] == "erp.ticket"
    subscribe(client, contracts="erp.ticket", team="data-products")
    assert "data-products" in get(client, "/notifications").text
    other = enter(app, Role.PUBLISHER, "erp-inventory")
    assert "Nobody is told yet" in get(other, "/notifications").text
    get(enter(app, Role.VIEWER), "/notifications", 403)
