"""Who may call what: every route of the pages stands in this table, and the table is tried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.access_page import PUBLIC, page
from registry.api.routes import PREFIX, ROUTES
from registry.domain import Role
from registry.services.authorization import ALLOWED, Action
from registry.web.access import FORM_IS_KEPT, PAGES, Audience
from tests.integration.web.page import csrf_of
from tests.integration.web.test_acting import sign_in, token_of

EXAMPLES = {
    "name": "erp.ticket",
    "label": "1.0.0",
    "run_id": "run-running",
    "waiver_id": "wvr_none",
    "token_id": "tok_none",
    "share_id": "shr_none",
    "webhook_id": "hook_none",
    "delivery_id": "dlv_none",
    "trigger_id": "trg_none",
    "login": "ana",
    "filename": "logo.svg",
    "tag": "stable",
    "consumer": "shop",
}
FREE = {Audience.ANYONE, Action.READ}
KEPT = {f"web.{view}" for view in FORM_IS_KEPT}
WHO = {f"web.{view}": who for view, who in PAGES.items()}
NO_PROVIDER = {"web.leave": 404, "web.come_back": 404}
FORM = {
    "to": "deprecated",
    "version": "2.0.0",
    "environment": "test",
    "contract": "erp.ticket",
    "from_version": "1.0.0",
    "to_version": "1.0.0",
    "reason": "because",
    "expires": "2026-12-31",
    "team": "erp-inventory",
    "name": "x",
    "roles": "viewer",
    "document": "type: object",
    "login": "ana",
    "password": "correct horse battery",
}


@pytest.fixture
def closed(make_app: Callable[..., Flask]) -> Flask:
    return make_app(open_mode=False)


def test_every_route_stands_in_the_table(closed: Flask) -> None:
    routes = {r.endpoint for r in closed.url_map.iter_rules() if r.endpoint.startswith("web.")}
    assert routes == set(WHO)


def calls(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("web."):
            values = {name: EXAMPLES[name] for name in rule.arguments}
            if rule.endpoint in {"web.system", "web.deploy"}:
                values["name"] = "erp"
            with app.test_request_context():
                url = app.url_for(rule.endpoint, _external=False, **values)
            found.append((rule.endpoint, "POST" if "POST" in (rule.methods or ()) else "GET", url))
    return found


def send(client: FlaskClient, method: str, url: str) -> int:
    data = {"csrf": csrf_of(client), **FORM} if method == "POST" else None
    with client.open(url, method=method, data=data) as response:
        return response.status_code


def test_strangers_read_and_change_nothing(closed: Flask) -> None:
    before = closed.test_client().get("/contracts/erp.ticket").data
    for endpoint, method, url in calls(closed):
        status = send(closed.test_client(), method, url)
        if WHO[endpoint] in FREE:
            allowed = {"web.sign_in_form": 401, "web.run_report": 409, **NO_PROVIDER}.get(
                endpoint, 200
            )
            assert status in {200, 303, allowed}, endpoint
        elif endpoint in KEPT:
            assert status in {200, 401, 422}, endpoint  # the form is kept; nothing is stored
        else:
            assert status == 401, f"{endpoint} answers {status}"
    assert closed.test_client().get("/contracts/erp.ticket").data == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PUBLISHER, Role.APPROVER])
def test_a_role_that_is_not_enough_is_refused(closed: Flask, role: Role) -> None:
    client = closed.test_client()
    sign_in(client, token_of(closed, role, teams=frozenset({"erp-inventory"})))
    refused = 0
    for endpoint, method, url in calls(closed):
        wanted = WHO[endpoint]
        if isinstance(wanted, Action) and role not in ALLOWED[wanted].roles:
            if endpoint not in KEPT:
                assert send(client, method, url) == 403, endpoint
                refused += 1
        elif method == "GET" and endpoint != "web.sign_in":
            assert send(client, method, url) not in {401, 403}, endpoint
    assert refused >= 5


def test_the_page_of_access_is_made_from_the_tables(closed: Flask) -> None:
    """After a change: ``python -m registry.access_page > docs/reference/access.md``."""
    path = Path(__file__).parents[3] / "docs" / "reference" / "access.md"
    assert path.read_text("utf-8") == page(closed)


def test_no_route_is_outside_the_tables(closed: Flask) -> None:
    rules = [r for r in closed.url_map.iter_rules() if not r.endpoint.startswith("web.")]
    api = {(r.method, f"{PREFIX}{r.path.replace('{', '<').replace('}', '>')}") for r in ROUTES}
    for rule in rules:
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint == "api-unknown":
            continue
        for method in methods:
            assert (method, rule.rule) in api | set(PUBLIC), rule.rule


def test_no_form_is_taken_without_its_token(closed: Flask) -> None:
    for endpoint, method, url in calls(closed):
        if method == "POST":
            assert closed.test_client().post(url, data=FORM).status_code == 403, endpoint
