"""A partner sees what is shared with them; nothing else exists, whatever they call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from registry.api.routes import ROUTES
from registry.app import create_app
from registry.domain import SYSTEM, Role, RunFailure, RunStatus, ShareKind
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.jobs.queue import open_queue
from registry.runtime import Runtime
from registry.services.change_lifecycle import ChangeLifecycle, Lifecycle, change_lifecycle
from registry.services.create_token import CreateToken, create_token
from registry.services.move_tag import MoveTag, move_tag
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.record_run import FinishRun, claim_run, finish_run
from registry.services.register_estate import RegisterEstate, register_estate
from registry.services.request_waiver import RequestWaiver, request_waiver
from registry.services.share import ShareWith, list_shares, revoke_share, share
from registry.services.start_run import StartRun, start_run
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import ESTATE, openapi, principal, sidecar
from tests.integration.web.test_acting import sign_in

SHARED, HIDDEN, TYPES = "orders.order", "orders.margin", "orders.types"
SECRETS = (HIDDEN, "zanzibar", "vault", "keeper")
"""The unshared contract, its title, and a system and a team that have to do with it only."""


def document(name: str, version: str, total: str = "number") -> bytes:
    return openapi(version, total).replace(b"Orders", b"Orders" if name == SHARED else b"zanzibar")


def tell(uow: SqlUnitOfWork, clock: Clock) -> None:
    """Two contracts of one provider, with everything that can hang on them."""
    estate = json.loads(json.dumps(ESTATE))
    estate["teams"] += [
        {"id": "courier-team", "name": "Courier"},
        {"id": "keeper-team", "name": "Keepers"},
    ]
    both = {SHARED: "1.0.0", HIDDEN: "1.0.0"}
    estate["systems"][0]["releases"] = [
        {"version": "1", "provides": both},
        {"version": "2", "provides": {SHARED: "2.0.0", HIDDEN: "2.0.0"}},
    ]
    estate["systems"] += [
        {
            "id": "courier",
            "name": "Courier app",
            "team": "courier-team",
            "releases": [{"version": "1", "consumes": both}],
        },
        {
            "id": "vault",
            "name": "vault",
            "team": "keeper-team",
            "releases": [{"version": "1", "consumes": both}],
        },
    ]
    estate["deployments"] += [
        {"system": name, "version": "1", "environment": "production"}
        for name in ("courier", "vault")
    ]
    register_estate(RegisterEstate(json.dumps(estate).encode(), "estate.json"), uow, SYSTEM)
    uses = [{"operation": "getOrder", "reads": ["id", "total"]}]
    consumers = [{"system": name, "uses": uses} for name in ("shop", "courier", "vault")]
    for name in (SHARED, HIDDEN):
        title = "Orders" if name == SHARED else "zanzibar"
        car = sidecar(id=name, title=title, consumers=consumers, description=title)
        for number, total, branch in (
            ("1.0.0", "number", ""),
            ("2.0.0", "string", "text"),
            ("2.0.0", "string", ""),
            ("3.0.0", "boolean", "odd"),
        ):
            command = PublishVersion(document(name, number, total), "o.json", car, branch=branch)
            publish_version(command, uow, SYSTEM)
        run = start_run(StartRun(name, "test", url="http://127.0.0.1:4711/v1"), uow, SYSTEM)
        assert claim_run(run.id, "w", uow) is not None
        failure = RunFailure("status", "500", f"{name} broke")
        finish_run(FinishRun(run.id, RunStatus.FAILED, (failure,)), uow, SYSTEM)
        until = clock.instant + timedelta(days=9)
        request_waiver(RequestWaiver(name, "1.0.0", "2.0.0", f"for {name}", until), uow, SYSTEM)
        step = ChangeLifecycle(name, "1.0.0", Lifecycle.DEPRECATED)
        change_lifecycle(step, uow, SYSTEM)
    schema = b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}'
    car = sidecar(id=TYPES, title="Types", consumers=[], tags=[])
    publish_version(PublishVersion(schema, "t.json", car, number="1.0.0"), uow, SYSTEM)
    refers = openapi("2.1.0", "string", money={"$ref": f"interlock:{TYPES}@1.0.0"})
    refers = refers.replace(b"Orders", b"zanzibar")
    car = sidecar(id=HIDDEN, title="zanzibar", consumers=consumers, description="zanzibar")
    publish_version(PublishVersion(refers, "o.json", car), uow, SYSTEM)
    for name in (SHARED, HIDDEN):
        move_tag(MoveTag(name, "stable", "2.0.0"), uow, SYSTEM)
    clock.advance(days=400)  # the sunset of both is overdue


@pytest.fixture
def app(engine: Engine, clock: Clock, tmp_path: Path) -> Iterator[Flask]:
    uow = SqlUnitOfWork(engine, clock)
    settings = Settings(data=tmp_path / "data", log_level="warning", public_read=False)
    queue = open_queue(settings)
    tell(uow, clock)
    yield create_app(runtime=Runtime(settings, uow, queue))
    queue.huey.storage.close()


def secret_of(uow: SqlUnitOfWork, *roles: Role, team: str = "courier-team") -> str:
    command = CreateToken("-".join(roles), frozenset(roles), frozenset({team}))
    return create_token(command, uow, SYSTEM).secret


def addresses(app: Flask, uow: SqlUnitOfWork) -> list[str]:
    """Every GET route of API and pages, with every value that its parameters can have."""
    with uow.read() as store:
        runs = [run.id for run in store.runs.with_status(RunStatus.FAILED)]
        waivers = [waiver.id for waiver in store.waivers.all()]
    values: dict[str, list[str]] = {
        "name": [SHARED, HIDDEN, TYPES],
        "label": ["1.0.0", "3.0.0@odd", "stable"],
        "system": ["orders", "vault", "courier"],
        "run": runs,
        "run_id": runs,
        "waiver": waivers,
        "team": ["keeper-team", "orders-team"],
        "login": ["ana"],
        "filename": ["logo.svg"],
    }
    queries = {
        "/contracts": ["?text=orders", "?text=zanzibar", "?system=orders", "?consumer=courier",
                       "?consumer=vault", "?tag=orders", "?team=keeper-team"],
        "comparison": ["?old=1.0.0&new=2.0.0"],
        "compare": ["?old=1.0.0&new=2.0.0"],
        "matrix": ["?environment=production", "?system=orders", "?system=courier"],
        "can-i-deploy": ["?system=courier&version=1&to=production",
                         "?system=orders&version=2&to=production",
                         "?system=vault&version=1&to=production"],
        "can-i-merge": [f"?contract={SHARED}&version=3.0.0@odd",
                        f"?contract={HIDDEN}&version=3.0.0@odd"],
        "/gate": ["?system=courier&version=1&to=production",
                  "?system=orders&version=2&to=production", "?system=courier&version=1&to=test"],
        "ownership": ["?team=orders-team", "?team=keeper-team", "?team=courier-team"],
        "/runs": [f"?contract={HIDDEN}", "?system=orders"],
        "report": ["?format=json", "?format=markdown"],
        "/waivers": [f"?contract={HIDDEN}", f"?contract={SHARED}"],
    }  # fmt: skip
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in {"api-unknown", "web.leave"}:
            continue
        names = sorted(rule.arguments)
        given = values | ({"name": values["system"]} if "/systems/" in rule.rule else {})
        for chosen in product(*(given.get(name, ["none"]) for name in names)):
            path = rule.rule
            for name, value in zip(names, chosen, strict=True):
                path = re.sub(rf"<(\w+:)?{name}>", value, path)
            more = [q for part, asked in queries.items() if part in rule.rule for q in asked]
            found += [path, *(path + query for query in more)]
    return found


class Walker:
    """Asks as one caller: the API with a token, the pages with a session of it."""

    def __init__(self, app: Flask, secret: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.plain: FlaskClient = app.test_client()
        sign_in(self.client, secret)
        self._headers = {"Authorization": f"Bearer {secret}"}

    def __call__(self, path: str) -> tuple[int, str]:
        bare = path.startswith(("/api/", "/metrics"))
        client = self.plain if bare else self.client
        with client.get(path, headers=self._headers if bare else {}) as answer:
            return answer.status_code, answer.get_data(as_text=True)

    def leaks(self, paths: list[str]) -> list[str]:
        """Answers that name what is not shared, where the question did not."""
        found = []
        for path in paths:
            status, text = self(path)
            assert status != 500, path
            said = text.lower()
            if any(secret in said and secret not in path for secret in SECRETS):
                found.append(path)
            if HIDDEN in path.partition("?")[0] and status < 400:
                found.append(f"{path} answers {status}")
        return found


def test_nothing_that_is_not_shared_is_told_by_any_route(app: Flask) -> None:
    uow = app.extensions["interlock"].uow
    for name in (SHARED, TYPES):
        share(ShareWith(ShareKind.CONTRACT, name, "courier-team"), uow, SYSTEM)
    paths = addresses(app, uow)
    assert len(paths) > len([r for r in ROUTES if r.method == "GET"]) * 2
    inside = Walker(app, secret_of(uow, Role.ADMIN))
    assert inside(f"/api/v1/contracts/{HIDDEN}/versions/1.0.0/document")[0] == 200  # now at hand
    partner = Walker(app, secret_of(uow, Role.PARTNER))
    assert partner.leaks(paths) == []
    of_shared = [path for path in paths if f"/contracts/{SHARED}" in path and "?" not in path]
    answers = {path: partner(path)[0] for path in of_shared}
    assert sum(status == 200 for status in answers.values()) > len(of_shared) * 0.8, answers
    assert SHARED in partner("/contracts")[1]
    assert SHARED in partner(f"/api/v1/contracts/{SHARED}/versions/2.0.0/sidecar")[1]
    # whoever is a partner stays one, whatever else they are
    both = Walker(app, secret_of(uow, Role.PARTNER, Role.PUBLISHER, Role.APPROVER))
    assert both.leaks([path for path in paths if path.count("/") < 3 or "/api/" in path]) == []
    # and the walk finds what there is to find
    told = inside.leaks(paths)
    assert len(told) > 60, "the walk would not notice a leak"
    assert {p.partition("?")[0] for p in told} >= {
        "/", "/contracts", "/runs", "/waivers", "/audit", "/systems", "/ownership",
        "/api/v1/contracts", "/api/v1/ownership", "/api/v1/audit", "/api/v1/can-i-deploy",
        f"/contracts/{SHARED}", f"/contracts/{TYPES}", f"/api/v1/contracts/{TYPES}/referrers",
    }  # fmt: skip


def test_what_is_not_shared_answers_like_what_does_not_exist(app: Flask) -> None:
    uow = app.extensions["interlock"].uow
    share(ShareWith(ShareKind.CONTRACT, SHARED, "courier-team"), uow, SYSTEM)
    partner = Walker(app, secret_of(uow, Role.PARTNER))
    unstable = re.compile(r'"request_id": ?"[^"]*"|name="csrf" value="[^"]*"')

    def told(path: str, name: str) -> tuple[int, str]:
        status, text = partner(path.format(name))
        return status, unstable.sub("", text).replace(name, "NAME")

    for path in (
        "/contracts/{}",
        "/contracts/{}/compare",
        "/contracts/{}/versions/1.0.0/raw",
        "/api/v1/contracts/{}",
        "/api/v1/contracts/{}/versions/1.0.0/document",
        "/api/v1/contracts/{}/matrix?environment=production",
        "/api/v1/contracts/{}/expectations",
        "/api/v1/waivers?contract={}",
    ):
        assert told(path, HIDDEN) == told(path, "orders.nothing"), path
    assert partner(f"/api/v1/contracts/{HIDDEN}")[0] == 404


def test_strangers_read_nothing_where_reading_takes_a_login(app: Flask) -> None:
    client = app.test_client()
    uow = app.extensions["interlock"].uow
    for path in addresses(app, uow):
        with client.get(path) as answer:
            text = answer.get_data(as_text=True).lower()
            assert not any(s in text and s not in path for s in (*SECRETS, SHARED)), path
    assert client.get("/api/v1/contracts").status_code == 401
    assert client.get("/metrics").status_code == 401
    assert client.get("/contracts").status_code == 401
    assert client.get("/healthz").status_code == 200


def seen(uow: SqlUnitOfWork, clock: Clock) -> set[str]:
    caller = principal("kim", Role.PARTNER, teams=("courier-team",))
    with uow.seen_by(caller).read() as store:
        return {contract.name for contract in store.contracts.all()}


def test_a_share_names_a_contract_a_system_or_a_tag_and_ends(
    uow: SqlUnitOfWork, clock: Clock
) -> None:
    tell(uow, clock)
    assert seen(uow, clock) == set()
    one = share(ShareWith(ShareKind.CONTRACT, SHARED, "courier-team"), uow, SYSTEM)
    assert seen(uow, clock) == {SHARED}
    assert revoke_share(one.id, uow, SYSTEM) == revoke_share(one.id, uow, SYSTEM)
    assert seen(uow, clock) == set()
    for kind, subject in ((ShareKind.SYSTEM, "orders"), (ShareKind.TAG, "orders")):
        until = clock.instant + timedelta(days=2)
        first = share(ShareWith(kind, subject, "courier-team", until), uow, SYSTEM)
        assert seen(uow, clock) >= {SHARED, HIDDEN}
        later = share(
            ShareWith(kind, subject, "courier-team", until + timedelta(days=1)), uow, SYSTEM
        )
        assert later.id == first.id
        clock.advance(days=2, hours=1)
        assert seen(uow, clock) == {SHARED, HIDDEN} | ({TYPES} if kind == "system" else set())
        clock.advance(days=1)
        assert seen(uow, clock) == set()
    with uow.read() as store:
        actions = [entry.action for entry in store.audit.walk()]
    assert (actions.count("share.granted"), actions.count("share.revoked")) == (5, 1)


@pytest.mark.parametrize(
    ("rest", "error"),
    [
        ({"subject": "orders.nothing"}, NotFound),
        ({"team": "nobody"}, NotFound),
        ({"public": True}, Conflict),
        ({"kind": ShareKind.SYSTEM, "subject": "moon"}, NotFound),
        ({"kind": ShareKind.TAG, "subject": "orders"}, Forbidden),
        ({"kind": ShareKind.SYSTEM, "subject": "shop"}, Forbidden),
        ({"expires_at": -1}, Invalid),
    ],
)
def test_a_share_that_makes_no_sense(
    uow: SqlUnitOfWork, clock: Clock, rest: dict[str, Any], error: type[Exception]
) -> None:
    tell(uow, clock)
    given: dict[str, Any] = {"kind": ShareKind.CONTRACT, "subject": SHARED, "team": "courier-team"}
    if "expires_at" in rest:
        rest = {"expires_at": clock.instant - timedelta(days=1)}
    owner = principal("ola", Role.PUBLISHER, teams=("orders-team",))
    with pytest.raises(error):
        share(ShareWith(**given | rest), uow, owner)
    made = share(ShareWith(**given), uow, owner)
    assert [one.id for one in list_shares(uow, owner, subject=SHARED)] == [made.id]
    with pytest.raises(Forbidden):
        revoke_share(made.id, uow, principal("sam", Role.PUBLISHER, teams=("shop-team",)))
