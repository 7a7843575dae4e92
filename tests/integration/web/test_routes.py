"""Who may call what: every route of the pages stands in this table, and the table is tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain import Role
from tests.integration.web.page import csrf_of
from tests.integration.web.test_acting import sign_in, token_of

ANYONE = "anyone"
KNOWN = "whoever is signed in"
EXAMPLES = {
    "name": "erp.ticket",
    "label": "1.0.0",
    "run_id": "run-running",
    "waiver_id": "wvr_none",
    "token_id": "tok_none",
    "login": "ana",
    "filename": "logo.svg",
}
WHO: dict[str, Role | str] = {
    "web.static": ANYONE,
    "web.home": ANYONE,
    "web.about": ANYONE,
    "web.catalog": ANYONE,
    "web.contract": ANYONE,
    "web.version": ANYONE,
    "web.source": ANYONE,
    "web.raw": ANYONE,
    "web.compare": ANYONE,
    "web.runs": ANYONE,
    "web.run": ANYONE,
    "web.gate": ANYONE,
    "web.matrix": ANYONE,
    "web.ownership": ANYONE,
    "web.ownership_fields": ANYONE,
    "web.systems": ANYONE,
    "web.system": ANYONE,
    "web.waivers": ANYONE,
    "web.sign_in": ANYONE,
    "web.sign_in_form": ANYONE,
    "web.sign_out": ANYONE,
    "web.account": KNOWN,
    "web.new_password": KNOWN,
    "web.publish": Role.PUBLISHER,
    "web.publish_form": Role.PUBLISHER,
    "web.publish_check": Role.PUBLISHER,
    "web.move_version": Role.PUBLISHER,
    "web.new_run": Role.PUBLISHER,
    "web.create_run": Role.PUBLISHER,
    "web.stop_run": Role.PUBLISHER,
    "web.deploy": Role.PUBLISHER,
    "web.new_waiver": Role.PUBLISHER,
    "web.ask_waiver": Role.PUBLISHER,
    "web.sign_waiver": Role.APPROVER,
    "web.take_back_waiver": Role.APPROVER,
    "web.audit": Role.PUBLISHER,
    "web.users": Role.ADMIN,
    "web.new_user": Role.ADMIN,
    "web.switch_user": Role.ADMIN,
    "web.tokens": Role.ADMIN,
    "web.create": Role.ADMIN,
    "web.revoke": Role.ADMIN,
}
FORM = {
    "to": "deprecated",
    "version": "2.0.0",
    "environment": "test",
    "contract": "erp.ticket",
    "from_version": "1.0.0",
    "to_version": "1.0.0",
    "reason": "because",
    "expires": "2026-12-31",
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
        if WHO[endpoint] is ANYONE:
            assert status in {200, 303, 401 if endpoint == "web.sign_in_form" else 200}, endpoint
        elif endpoint in {"web.publish_form", "web.publish_check"}:
            assert status in {200, 401, 422}, endpoint  # the form is kept; nothing is stored
        else:
            assert status == 401, f"{endpoint} answers {status}"
    assert closed.test_client().get("/contracts/erp.ticket").data == before


def test_a_role_below_is_refused(closed: Flask) -> None:
    order = [Role.VIEWER, Role.PUBLISHER, Role.APPROVER, Role.ADMIN]
    below = {Role.PUBLISHER: Role.VIEWER, Role.APPROVER: Role.VIEWER, Role.ADMIN: Role.APPROVER}
    clients = {}
    for role in order[:3]:
        clients[role] = closed.test_client()
        sign_in(clients[role], token_of(closed, role, teams=frozenset({"erp-inventory"})))
    for endpoint, method, url in calls(closed):
        wanted = WHO[endpoint]
        if isinstance(wanted, Role) and endpoint not in {"web.publish_form", "web.publish_check"}:
            status = send(clients[below[wanted]], method, url)
            assert status == 403, f"{endpoint} answers {status} to a {below[wanted]}"


def test_no_form_is_taken_without_its_token(closed: Flask) -> None:
    for endpoint, method, url in calls(closed):
        if method == "POST":
            assert closed.test_client().post(url, data=FORM).status_code == 403, endpoint
