"""Teams are told of what they consume: by mail through a real server, and as Slack takes it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from pydantic import SecretStr

from registry.domain import SYSTEM, DeliveryState, Lifecycle, Role, RunFailure, RunStatus
from registry.domain.webhook import Channel
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.jobs.mailing import Mailer
from registry.jobs.work import Work
from registry.security.sealing import FernetSealer
from registry.services.change_lifecycle import ChangeLifecycle, change_lifecycle
from registry.services.deliver_events import Answer, deliver_events
from registry.services.manage_webhooks import (
    CreateWebhook,
    create_webhook,
    list_deliveries,
    list_webhooks,
    replay_delivery,
    stop_webhook,
)
from registry.services.manage_webhooks import test_webhook as send_test
from registry.services.record_deployment import RecordDeployment, record_deployment
from registry.services.record_run import FinishRun, claim_run, finish_run
from registry.services.remind_of_sunsets import remind_of_sunsets
from registry.services.start_run import StartRun, start_run
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, principal, publish, tell

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # of the server
SEALER = FernetSealer("a key")
BASE = "https://interlock.example.org"
SAM = principal("sam", Role.PUBLISHER, teams=("shop-team",))
TOPICS = ("breaking-change", "deprecation", "sunset", "failed-conformance")


@dataclass
class Box:
    """What a mail server took; ``refuses`` names mailboxes it does not know."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    users: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _way: str, given: Any
    ) -> Any:
        assert isinstance(given, LoginPassword)
        self.users.append(given.login.decode())
        return AuthResult(success=given.password == b"p:ss@word")


@pytest.fixture
def box() -> Iterator[tuple[Box, Mailer]]:
    """A mail server on a port of its own, and a mailer that signs in at it."""
    found = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(
        found,
        hostname="127.0.0.1",
        port=port,
        authenticator=found.authenticate,
        auth_required=True,
        auth_require_tls=False,
        decode_data=False,
    )
    server.start()
    address = f"smtp://inter%40lock:p%3Ass%40word@127.0.0.1:{port}"
    yield found, Mailer(Settings(smtp=SecretStr(address), mail_from="interlock@example.org"))
    server.stop()


class Post:
    """Remembers what was sent by HTTP."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], Mapping[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.sent.append((url, json.loads(body), headers))
        return Answer(200)


def subscribe(uow: SqlUnitOfWork, channel: Channel, url: str, **rest: Any) -> str:
    command = CreateWebhook(url, TOPICS, channel=channel, team="shop-team", **rest)
    created = create_webhook(command, uow, SAM, SEALER)
    assert (created.secret == "") is (channel is not Channel.WEBHOOK)
    return created.webhook.id


def test_a_team_hears_by_mail_of_what_its_systems_consume(
    uow: SqlUnitOfWork, clock: Clock, box: tuple[Box, Mailer]
) -> None:
    found, mailer = box

    def told() -> list[str]:
        deliver_events(uow, SEALER, Post(), BASE, mailer)
        subjects = [str(mail["Subject"]) for mail in found.mails]
        found.mails.clear()
        return subjects

    tell(uow)
    publish(uow, openapi("1.0.0"))
    told()
    subscribe(uow, Channel.EMAIL, "shop@example.org")
    publish(uow, openapi("1.1.0", note={"type": "string"}))
    assert told() == []  # nobody breaks
    publish(uow, openapi("2.0.0", total="string"), branch="text")
    deliver_events(uow, SEALER, Post(), BASE, mailer)
    [mail] = found.mails
    assert mail["To"] == "shop@example.org"
    assert mail["From"] == "interlock@example.org"
    assert mail["Subject"] == "[Interlock] orders.order 2.0.0@text is proposed: breaks shop"
    assert "Verdict: breaking" in mail.get_content()
    assert f"{BASE}/contracts/orders.order/versions/2.0.0@text" in mail.get_content()
    assert found.users == ["inter@lock"]
    found.mails.clear()

    change_lifecycle(ChangeLifecycle("orders.order", "1.0.0", Lifecycle.DEPRECATED), uow, SYSTEM)
    assert told() == ["[Interlock] orders.order 1.0.0 is deprecated"]
    url = "http://127.0.0.1:4711/v1"
    for status in (RunStatus.PASSED, RunStatus.FAILED):
        run = start_run(StartRun("orders.order", "test", url=url), uow, SYSTEM)
        assert claim_run(run.id, "w", uow) is not None
        failures = (RunFailure("status", "500", "it broke"),) if status == "failed" else ()
        finish_run(FinishRun(run.id, status, failures), uow, SYSTEM)
    assert told() == ["[Interlock] Conformance of orders.order in test: failed"]


def test_a_sunset_is_told_once_at_each_step_with_who_still_uses_it(
    uow: SqlUnitOfWork, clock: Clock
) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("2.0.0", total="string"))
    sunset = clock.instant + timedelta(days=200)
    step = ChangeLifecycle("orders.order", "1.0.0", Lifecycle.DEPRECATED, sunset)
    change_lifecycle(step, uow, SYSTEM)
    post = Post()
    deliver_events(uow, SEALER, post, BASE)
    subscribe(uow, Channel.SLACK, "https://hooks.example.org/services/T0/B0/secret")
    heard = []
    for _ in range(210):
        clock.advance(days=1)
        remind_of_sunsets(uow)
        remind_of_sunsets(uow)
        deliver_events(uow, SEALER, post, BASE)
        if post.sent:
            [(url, body, headers)] = post.sent
            heard.append(((sunset - clock.instant).days, body["text"]))
            assert url.endswith("/secret")
            assert "X-Interlock-Signature" not in headers
            facts = body["blocks"][1]["text"]["text"]
            assert "*Still used by:* depot 1 in production, orders 1 in production" in facts
            assert f"<{BASE}/contracts/orders.order/versions/1.0.0|Open>" in str(body["blocks"][0])
            post.sent.clear()
    near, late = (f"The sunset of orders.order 1.0.0 is {word}" for word in ("near", "overdue"))
    assert [text for _, text in heard] == [near, near, near, late]
    assert [days for days, _ in heard] == [29, 6, 0, -1]
    # postponed: the steps of the new day are told again
    later = ChangeLifecycle("orders.order", "1.0.0", Lifecycle.DEPRECATED, clock.advance(days=20))
    change_lifecycle(later, uow, SYSTEM)
    assert remind_of_sunsets(uow) == 1


def test_the_words_of_others_stay_words(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    command = CreateWebhook("https://example.org/x", ("deployment.*",), channel=Channel.SLACK)
    create_webhook(command, uow, SYSTEM, SEALER)
    deliver_events(uow, SEALER, Post(), BASE)
    reason = "<!channel> & <https://evil.example|click>\nBcc: x"
    record_deployment(RecordDeployment("shop", "1", "test", reason=reason), uow, SYSTEM)
    post = Post()
    deliver_events(uow, SEALER, post, BASE)
    [(_, body, _)] = post.sent
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; Bcc: x" in str(body)


def test_a_mailbox_that_is_refused_is_tried_again_and_replayed(
    uow: SqlUnitOfWork, clock: Clock, box: tuple[Box, Mailer]
) -> None:
    found, mailer = box
    tell(uow)
    found.refuses.add("gone@example.org")
    hook = subscribe(uow, Channel.EMAIL, "gone@example.org")
    sent = send_test(hook, uow, SAM)
    deliver_events(uow, SEALER, Post(), BASE, mailer)
    [delivery] = list_deliveries(uow, SAM)
    assert (delivery.state, delivery.last_status) == (DeliveryState.PENDING, 550)
    assert "nobody of that name" in delivery.last_error
    found.refuses.clear()
    replay_delivery(sent.id, uow, SAM)
    deliver_events(uow, SEALER, Post(), BASE, mailer)
    assert list_deliveries(uow, SAM)[0].state is DeliveryState.DELIVERED
    assert "Interlock can reach you" in str(found.mails[0]["Subject"])


def test_no_server_no_mail() -> None:
    nowhere = Settings(smtp=SecretStr("smtp://127.0.0.1:1"), mail_from="a@example.org")
    assert Mailer(nowhere)("x@example.org", "s", "t", "k").status is None
    assert "INTERLOCK_SMTP" in Mailer(Settings())("x@example.org", "s", "t", "k").error
    for wrong in ({"smtp": "http://x"}, {"smtp": "smtp://x"}, {"smtp": "smtp://"}):
        with pytest.raises(Invalid, match="smtp"):
            Settings.load(wrong, environ={})


@pytest.mark.parametrize(
    ("rest", "error"),
    [
        ({"url": "no mailbox"}, Invalid),
        ({"url": "a@example.org\r\nBcc: b@example.org"}, Invalid),
        ({"url": "root@[127.0.0.1]"}, Invalid),
        ({"url": "root@localhost"}, Invalid),
        ({"mail": False}, Conflict),
        ({"events": ()}, Invalid),
        ({"events": ("",)}, Invalid),
        ({"contracts": ("nothing",)}, NotFound),
        ({"team": "depot-team"}, Forbidden),
        ({"team": ""}, Forbidden),
        ({"channel": Channel.SLACK}, Invalid),
    ],
)
def test_a_subscription_that_makes_no_sense(
    uow: SqlUnitOfWork, rest: dict[str, Any], error: type[Exception]
) -> None:
    tell(uow)
    given: dict[str, Any] = {
        "url": "shop@example.org", "channel": Channel.EMAIL, "team": "shop-team",
    }  # fmt: skip
    with pytest.raises(error):
        create_webhook(CreateWebhook(**given | rest), uow, SAM, SEALER)
    assert list_webhooks(uow, SAM) == []


def test_a_team_sees_and_stops_its_own_only(uow: SqlUnitOfWork) -> None:
    tell(uow)
    slack = "https://hooks.example.org/services/T0/B0/secret"
    mine = subscribe(uow, Channel.SLACK, slack)
    create_webhook(CreateWebhook("https://example.org/all"), uow, SYSTEM, SEALER)
    [own] = list_webhooks(uow, SAM)
    assert (own.id, own.url) == (mine, "https://hooks.example.org/…")
    assert len(list_webhooks(uow, SYSTEM)) == 2
    other = principal("dee", Role.APPROVER, teams=("depot-team",))
    assert list_webhooks(uow, other) == []
    for act in (stop_webhook, send_test):
        with pytest.raises(Forbidden):
            act(mine, uow, other)
    for role in (Role.VIEWER, Role.PARTNER):
        with pytest.raises(Forbidden):
            list_webhooks(uow, principal("x", role, teams=("shop-team",)))
    assert not stop_webhook(mine, uow, SAM).active
    with uow.read() as store:
        assert "secret" not in str([entry.details for entry in store.audit.walk()])


def test_the_worker_sends_mail_and_reminds(
    uow: SqlUnitOfWork, clock: Clock, box: tuple[Box, Mailer], tmp_path: Any
) -> None:
    """The tasks as a worker carries them out, from the settings on."""
    found, mailer = box
    settings = Settings(
        data=tmp_path, smtp=SecretStr(mailer._server), mail_from="interlock@example.org",
        public_url=BASE,
    )  # fmt: skip
    tell(uow)
    publish(uow, openapi("1.0.0"))
    change_lifecycle(ChangeLifecycle("orders.order", "1.0.0", Lifecycle.DEPRECATED), uow, SYSTEM)
    work = Work(settings, uow)
    work.deliver()
    subscribe(uow, Channel.EMAIL, "shop@example.org")
    clock.advance(days=400)
    assert work.remind() == 1
    assert work.deliver() == 1
    assert found.mails[0]["Subject"] == "[Interlock] The sunset of orders.order 1.0.0 is overdue"
