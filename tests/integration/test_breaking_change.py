"""A breaking change from proposal to sunset, over HTTP, written down in docs/stories.

After a change of the story: ``INTERLOCK_REWRITE=1 pytest tests/integration/test_breaking_change.py``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from registry.app import create_app
from registry.domain import SYSTEM, Role
from registry.jobs.queue import open_queue
from registry.runtime import Runtime
from registry.security.sealing import FernetSealer
from registry.services.create_token import CreateToken, create_token
from registry.services.deliver_events import Answer, deliver_events
from registry.services.remind_of_sunsets import remind_of_sunsets
from registry.settings import Settings
from registry.store.transfer import export_registry, verify_export
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, sidecar, tell

CHAT = {
    "url": "https://hooks.example.org/services/T0/B0/x",
    "channel": "slack",
    "team": "shop-team",
    "events": ["breaking-change", "deprecation", "sunset"],
}
PAGE = Path(__file__).parents[2] / "docs/stories/breaking-change.md"
HEAD = """\
# A breaking change, from proposal to sunset

Three systems, three teams: *orders* provides an API, *shop* reads the total of an order from it,
*depot* only its id. The order team wants to turn that total from a number into text. What follows
was told to a real registry by `tests/integration/test_breaking_change.py`, on SQLite and on
PostgreSQL; a test holds the page to it. Ids are shortened.

"""


class Teller:
    """Calls the API as somebody and writes down who asked what, and what came back."""

    def __init__(self, app: Flask, uow: SqlUnitOfWork) -> None:
        self.client = app.test_client()
        self.lines: list[str] = []
        self._tokens = {
            name: create_token(CreateToken(name, frozenset(roles), teams), uow, SYSTEM).secret
            for name, roles, teams in (
                ("olga", {Role.PUBLISHER}, frozenset({"orders-team"})),
                ("sam", {Role.PUBLISHER, Role.APPROVER}, frozenset({"shop-team"})),
                ("dora", {Role.PUBLISHER, Role.APPROVER}, frozenset({"depot-team"})),
            )
        }

    def say(self, text: str) -> None:
        self.lines.append(f"\n{text}\n\n")

    def hear(self, uow: SqlUnitOfWork) -> None:
        """Deliver what is due, and write down what the shop's chat is told."""

        def chat(_url: str, body: bytes, _headers: object) -> Answer:
            self.lines.append(f"    the shop's chat> {json.loads(body)['text']}\n")
            return Answer(200)

        deliver_events(uow, FernetSealer("a key"), chat, "urn:interlock")

    def __call__(self, who: str, call: str, body: Any = None, *, expect: int = 200) -> Any:
        method, _, path = call.partition(" ")
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        told = answer.get_json()
        shown = f"{who}> {call}".rstrip()
        detail = _told(told)
        self.lines.append(f"    {shown}\n    {answer.status_code} {detail}\n")
        return told


def _told(answer: Any) -> str:
    if isinstance(answer, list):
        return ", ".join(f"{one['system']} {one['version']} ended" for one in answer)
    if "publications" in answer:
        one = answer["publications"][0]
        report = one["report"]
        verdict = f", {report['verdict']} to {one['baseline']['number']}" if report else ""
        return f"{one['version']['number']} {one['status']}{verdict}"
    if "reasons" in answer and "answer" in answer:
        lines = [f"answer: {answer['answer']}"]
        lines += [f"      {r['outcome']}: {r['message']}" for r in answer["reasons"]]
        return "\n    ".join(lines)
    if "detail" in answer:
        more = [reason for reason in answer.get("reasons", ()) if reason not in answer["detail"]]
        return "\n          ".join([answer["detail"], *more])
    if "approvals" in answer:
        signed = [approval["team"] for approval in answer["approvals"]]
        return f"waiver {answer['id']}, signed by {', '.join(signed) or 'nobody yet'}"
    if "webhook" in answer:
        hook = answer["webhook"]
        return f"{hook['channel']} for {hook['team']}: {', '.join(hook['events'])}"
    if "users" in answer:
        return f"{answer['version']['lifecycle']}, still used by: {', '.join(answer['users'])}"
    if "broken_at" in answer:
        return f"{answer['entries']} entries, broken at: {answer['broken_at']}"
    names = ("id", "version", "environment", "lifecycle", "sunset_at")
    return ", ".join(f"{n}: {answer[n]}" for n in names if answer.get(n))


@pytest.fixture
def story(engine: Engine, clock: Clock, tmp_path: Path) -> Iterator[tuple[Teller, SqlUnitOfWork]]:
    uow = SqlUnitOfWork(engine, clock)
    settings = Settings(data=tmp_path / "data", log_level="warning")
    queue = open_queue(settings)
    app = create_app(runtime=Runtime(settings, uow, queue))
    tell(uow)
    yield Teller(app, uow), uow
    queue.huey.storage.close()


def test_a_breaking_change_from_proposal_to_sunset(
    story: tuple[Teller, SqlUnitOfWork], clock: Clock, tmp_path: Path
) -> None:
    ask, uow = story
    gate = "GET /can-i-deploy?system=orders&version=2&to=production"

    def publish(who: str, document: bytes, branch: str = "", expect: int = 200) -> Any:
        item = {"document": document.decode(), "sidecar": sidecar().decode(), "branch": branch}
        return ask(who, "POST /publications", {"items": [item]}, expect=expect)

    ask.say("The first version runs in production; shop and depot are built against it.")
    publish("olga", openapi("1.0.0"))
    ask.say("Sam's team wants to hear in its chat of what its shop consumes.")
    ask("sam", "POST /webhooks", CHAT, expect=201)
    ask.hear(uow)
    ask.say("Olga proposes 2.0.0. May it be merged? The newest shop knows it already.")
    publish("olga", openapi("2.0.0", "string"), branch="text")
    ask.hear(uow)
    ask("olga", "GET /can-i-merge?contract=orders.order&version=2.0.0@text")
    ask.say("She tries to sneak it in as a minor version, and Dora tries to publish it for her.")
    publish("olga", openapi("1.1.0", "string"), expect=422)
    publish("dora", openapi("2.0.0", "string"), expect=403)
    ask.say("As a major version it may be published. It may not be deployed.")
    publish("olga", openapi("2.0.0", "string"))
    ask.hear(uow)
    ask("olga", gate)
    refused = clock.instant
    ask.say("The shop will be rewritten within the month. Olga asks for a waiver.")
    wanted = {
        "contract": "orders.order",
        "from_version": "1.0.0",
        "to_version": "2.0.0",
        "reason": "the shop is rewritten this month",
        "expires_at": (clock.instant + timedelta(days=30)).isoformat(),
    }
    waiver = ask("olga", "POST /waivers", wanted, expect=201)["id"]
    ask.say("Only the shop's own team can sign it.")
    ask("dora", f"POST /waivers/{waiver}/approvals", {"note": "fine"}, expect=403)
    ask("sam", f"POST /waivers/{waiver}/approvals", {"note": "until the new shop is out"})
    ask("olga", gate)
    where = {"system": "orders", "version": "2", "environment": "production"}
    ask("olga", "POST /deployments", where, expect=201)
    ask.say("A month later the waiver has ended. Nothing new may lean on it.")
    clock.advance(days=31)
    ask("olga", gate)
    ask.say("The new shop is ready, built against 2.0.0, and fits what runs.")
    shop = {"system": "shop", "version": "2", "environment": "production"}
    ask("sam", "GET /can-i-deploy?system=shop&version=2&to=production")
    ask("sam", "POST /deployments", shop, expect=201)
    ask("olga", gate)
    ask.say("1.0.0 is deprecated. The contract stops trade when it fails, so it asks half a year.")
    path = "POST /contracts/orders.order/versions/1.0.0/lifecycle"
    soon = {"to": "deprecated", "sunset_at": (clock.instant + timedelta(days=30)).isoformat()}
    ask("olga", path, soon, expect=400)
    later = {"to": "deprecated", "sunset_at": (clock.instant + timedelta(days=200)).isoformat()}
    ask("olga", path, later)
    ask.hear(uow)
    ask("olga", path, {"to": "retired"}, expect=422)
    ask.say("Half a year later the sunset is over, but somebody still uses it.")
    clock.advance(days=201)
    remind_of_sunsets(uow)
    ask.hear(uow)
    ask("olga", "GET /contracts/orders.order/versions/1.0.0")
    ask("olga", path, {"to": "retired"}, expect=422)
    ask.say("Depot registers a release built against 2.0.0 and deploys it.")
    ask("dora", "PUT /systems/depot/releases/2", {"consumes": {"orders.order": "2.0.0"}})
    depot = {"system": "depot", "version": "2", "environment": "production"}
    ask("dora", "POST /deployments", depot, expect=201)
    ask.say("The last old order service is taken down in test. Then 1.0.0 may go.")
    ask("olga", "POST /undeployments", {"system": "orders", "environment": "test"})
    ask("olga", path, {"to": "retired"})
    ask.say("Asked for the day of the refusal, the gate still gives that day's answer.")
    ask("olga", f"{gate}&at={refused:%Y-%m-%dT%H:%M:%S.%fZ}")
    ask.say("Every step is in the audit log, and the log holds.")
    ask("olga", "GET /audit/verification")

    export_registry(uow, tmp_path / "all.interlock")
    assert verify_export(tmp_path / "all.interlock").intact
    text = HEAD + re.sub(r"\b(wvr|dep|run)_[0-9a-f]{20,}", r"\1_…", "".join(ask.lines)).lstrip("\n")
    if os.environ.get("INTERLOCK_REWRITE"):
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text
