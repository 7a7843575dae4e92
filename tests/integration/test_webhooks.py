"""Webhooks: signed, retried, dead in the end and replayed; never to a private address."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from registry.domain import SYSTEM, DeliveryState, Role
from registry.errors import Forbidden, Invalid, NotFound, Unavailable
from registry.jobs.sending import Sender
from registry.security.sealing import FernetSealer
from registry.services.deliver_events import MOST_ATTEMPTS, Answer, deliver_events, pause
from registry.services.manage_webhooks import (
    CreateWebhook,
    create_webhook,
    list_deliveries,
    list_webhooks,
    replay_delivery,
    stop_webhook,
)
from registry.services.manage_webhooks import test_webhook as send_test
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, principal, publish, tell

SEALER = FernetSealer("a key")
URL = "https://example.org/hook"


class Post:
    """Remembers what was sent; answers with the next status."""

    def __init__(self, *statuses: int | None) -> None:
        self.statuses = list(statuses)
        self.sent: list[tuple[str, bytes, Mapping[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.sent.append((url, body, headers))
        status = self.statuses.pop(0) if self.statuses else 204
        return Answer(status, "" if status else "no answer")


def deliver(uow: SqlUnitOfWork, post: Post) -> list[str]:
    deliver_events(uow, SEALER, post, "urn:test")
    return [json.loads(body)["type"] for _, body, _ in post.sent]


def test_what_is_wanted_is_told_once_and_signed(uow: SqlUnitOfWork) -> None:
    tell(uow)
    deliver(uow, Post())  # what happened before is not told
    wanted = CreateWebhook(URL, ("version.*",), ())
    created = create_webhook(wanted, uow, SYSTEM, SEALER)
    publish(uow, openapi("1.0.0"))
    post = Post()
    assert deliver(uow, post) == ["interlock.version.published"]
    assert deliver(uow, post) == ["interlock.version.published"]  # not again
    _, body, headers = post.sent[0]
    stamp, digest = headers["X-Interlock-Signature"].split(",")
    message = stamp.removeprefix("t=").encode() + b"." + body
    expected = hmac.new(created.secret.encode(), message, hashlib.sha256).hexdigest()
    assert digest == f"v1={expected}"
    event = json.loads(body)
    assert (event["specversion"], event["subject"]) == ("1.0", "version:orders.order@1.0.0")
    assert event["data"]["contract"] == "orders.order"
    [delivery] = list_deliveries(uow, SYSTEM, state="delivered")
    assert delivery.last_status == 204


def test_only_the_contracts_asked_for(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    deliver(uow, Post())
    create_webhook(CreateWebhook(URL, ("*",), ("orders.order",)), uow, SYSTEM, SEALER)
    with pytest.raises(NotFound):
        create_webhook(CreateWebhook(URL, ("*",), ("nothing",)), uow, SYSTEM, SEALER)
    publish(uow, openapi("1.1.0"))
    assert deliver(uow, Post()) == ["interlock.version.published"]


def test_retried_with_pauses_then_dead_then_replayed(uow: SqlUnitOfWork, clock: Clock) -> None:
    hook = create_webhook(CreateWebhook(URL), uow, SYSTEM, SEALER).webhook
    deliver(uow, Post())
    sent = send_test(hook.id, uow, SYSTEM)
    post = Post(*[500, None] * MOST_ATTEMPTS)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        deliver(uow, post)
        assert len(post.sent) == attempt
        deliver(uow, post)  # not before the pause is over
        assert len(post.sent) == attempt
        clock.advance(hours=7)
    [dead] = list_deliveries(uow, SYSTEM, webhook=hook.id)
    assert (dead.state, dead.attempts) == (DeliveryState.DEAD, MOST_ATTEMPTS)
    deliver(uow, post)
    assert len(post.sent) == MOST_ATTEMPTS
    replay_delivery(sent.id, uow, SYSTEM)
    deliver(uow, Post(200))
    assert list_deliveries(uow, SYSTEM)[0].state is DeliveryState.DELIVERED


def test_a_stopped_webhook_hears_nothing(uow: SqlUnitOfWork) -> None:
    tell(uow)
    hook = create_webhook(CreateWebhook(URL), uow, SYSTEM, SEALER).webhook
    assert not stop_webhook(hook.id, uow, SYSTEM).active
    post = Post()
    deliver(uow, post)
    assert post.sent == []


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://", "https://u:p@x/", "x", "https://" + "x" * 3000]
)
def test_an_address_that_is_none(uow: SqlUnitOfWork, url: str) -> None:
    with pytest.raises(Invalid):
        create_webhook(CreateWebhook(url), uow, SYSTEM, SEALER)


def test_only_an_admin(uow: SqlUnitOfWork) -> None:
    with pytest.raises(Forbidden):
        create_webhook(CreateWebhook(URL), uow, principal("x", Role.PUBLISHER), SEALER)


def test_the_secret_is_shown_once(uow: SqlUnitOfWork) -> None:
    created = create_webhook(CreateWebhook(URL), uow, SYSTEM, SEALER)
    [stored] = list_webhooks(uow, SYSTEM)
    assert created.secret not in repr(stored)
    assert SEALER.unseal(stored.sealed_secret) == created.secret
    with pytest.raises(Unavailable, match="another"):
        FernetSealer("another key").unseal(stored.sealed_secret)


def test_pauses_grow_to_six_hours() -> None:
    assert timedelta(seconds=5) <= pause(1) <= timedelta(seconds=10)
    assert timedelta(hours=3) <= pause(30) <= timedelta(hours=6)


class Echo(BaseHTTPRequestHandler):
    """Answers 302 below /away, 500 below /bad, else 200."""

    def do_POST(self) -> None:
        self.server.heard.append((self.headers["Host"], self.rfile.read(3)))  # type: ignore[attr-defined]
        status = 302 if "away" in self.path else 500 if "bad" in self.path else 200
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"hm.")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def echo() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    server.heard = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_the_sender_goes_where_it_may(echo: HTTPServer) -> None:
    url = f"http://localhost:{echo.server_port}"
    assert Sender(private=True)(url + "/x", b"abc", {}) == Answer(200)
    assert echo.heard == [(f"localhost:{echo.server_port}", b"abc")]  # type: ignore[attr-defined]
    assert Sender(private=True)(url + "/bad", b"abc", {}) == Answer(500, "hm.")
    assert Sender(private=True)(url + "/away", b"abc", {}).status == 302
    assert Sender(private=True)("http://127.0.0.1:1/", b"abc", {}).status is None
    for private in (url, "http://10.0.0.1/", "http://[::1]/", "http://169.254.1.1/"):
        answer = Sender(private=False)(private, b"abc", {})
        assert "not a public address" in answer.error
    assert len(echo.heard) == 3  # type: ignore[attr-defined]
    assert "resolved" in Sender(private=False)("http://nothing.invalid/", b"", {}).error
