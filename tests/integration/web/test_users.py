"""Users and the account, as people click through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain import Role
from tests.integration.web.page import csrf_of, get, page_of
from tests.integration.web.test_acting import sign_in, token_of

PASSWORD = "correct horse battery"


@pytest.fixture
def closed(make_app: Callable[..., Flask]) -> Flask:
    """An application that asks who is there."""
    return make_app(open_mode=False)


def test_an_admin_makes_a_user_who_enters_and_is_locked_out(closed: Flask) -> None:
    admin, person = closed.test_client(), closed.test_client()
    sign_in(admin, token_of(closed, Role.ADMIN))
    form = {"csrf": csrf_of(admin), "login": "ana", "name": "Ana", "roles": "publisher"}
    weak = page_of(admin.post("/users", data=form | {"password": "short"}), 422)
    assert "12 to 256" in weak.text
    admin.post("/users", data=form | {"password": PASSWORD})
    assert "ana" in get(admin, "/users").text

    entry = {"csrf": csrf_of(person), "login": "ana", "password": PASSWORD, "next": "/runs/new"}
    wrong = page_of(person.post("/sign-in", data=entry | {"password": "wrong"}), 401)
    assert "login or the password" in wrong.text
    entered = person.post("/sign-in", data=entry)
    assert entered.headers["Location"] == "/runs/new"
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert get(person, "/runs/new").one("h1").text == "Start a conformance run"

    again = {"csrf": csrf_of(person), "old": PASSWORD, "new": "another good phrase", "again": "no"}
    assert "not the same" in page_of(person.post("/account", data=again), 422).text
    changed = person.post("/account", data=again | {"again": again["new"]}, follow_redirects=True)
    assert "is changed" in changed.text

    admin.post("/users/ana", data={"csrf": csrf_of(admin), "action": "disable"})
    get(person, "/runs/new", 401)
    get(person, "/account", 401)


def test_a_copied_cookie_opens_nothing_after_signing_out(closed: Flask) -> None:
    admin, person = closed.test_client(), closed.test_client()
    sign_in(admin, token_of(closed, Role.ADMIN))
    form = {"csrf": csrf_of(admin), "login": "bo", "roles": "publisher", "password": PASSWORD}
    admin.post("/users", data=form)
    person.post("/sign-in", data={"csrf": csrf_of(person), "login": "bo", "password": PASSWORD})
    copied = person.get_cookie("interlock")
    assert copied is not None
    person.post("/sign-out", data={"csrf": csrf_of(person)})
    thief = closed.test_client()
    thief.set_cookie("interlock", copied.value)
    get(thief, "/runs/new", 401)


def test_who_guesses_at_the_form_is_told_to_wait(closed: Flask) -> None:
    client = closed.test_client()
    entry = {"csrf": csrf_of(client), "login": "ana", "password": "wrong"}
    statuses = [client.post("/sign-in", data=entry).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def _enter(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    form = {"csrf": csrf_of(client), "login": login, "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303
    return client


def _user(app: Flask, login: str, role: str, teams: str = "") -> None:
    admin = app.test_client()
    sign_in(admin, token_of(app, Role.ADMIN))
    form = {"csrf": csrf_of(admin), "login": login, "roles": role, "password": PASSWORD}
    assert admin.post("/users", data=form | {"teams": teams}).status_code == 303


def _whoami(app: Flask, secret: str) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get("/api/v1/whoami", headers={"Authorization": f"Bearer {secret}"})
    return answer.status_code, answer.get_json()


def test_a_user_makes_rotates_and_revokes_tokens_of_their_own(closed: Flask) -> None:
    _user(closed, "pat", "publisher", "erp-inventory")
    client = _enter(closed, "pat")
    assert "No tokens yet" in get(client, "/account").text
    form = {"csrf": csrf_of(client), "name": "laptop", "days": "30", "roles": "publisher"}
    for wrong, said in (
        ({"roles": "admin"}, "at most your own roles"),
        ({"teams": "digital-commerce"}, "at most your own roles"),
        ({"days": ""}, "choose one of the lifetimes"),
        ({"name": " "}, "1 to 100"),
        ({"roles": "king"}, "at least one role"),
    ):
        assert said in page_of(client.post("/account/tokens", data=form | wrong), 422).text
    made = client.post("/account/tokens", data=form | {"teams": "erp-inventory"})
    assert made.headers["Cache-Control"] == "no-store"
    secret = page_of(made, 201).one("pre", id="new-secret").text
    assert secret not in get(client, "/account").source, "shown once"
    status, told = _whoami(closed, secret)
    assert (status, told["name"], told["roles"]) == (200, "pat", ["publisher"])
    assert told["teams"] == ["erp-inventory"]

    [row] = [
        f for f in get(client, "/account").all("form") if f.attributes.get("aria-label") == "laptop"
    ]
    change = {"csrf": csrf_of(client), "action": "rotate"}
    rotated = page_of(client.post(row.attributes["action"], data=change), 201)
    renewed = rotated.one("pre", id="new-secret").text
    assert _whoami(closed, renewed)[1]["name"] == "pat"
    _user(closed, "quin", "publisher")
    other = _enter(closed, "quin")  # nobody else reaches it
    change = {"csrf": csrf_of(other), "action": "revoke"}
    assert other.post(row.attributes["action"], data=change).status_code == 404
    client.post(row.attributes["action"], data=change | {"csrf": csrf_of(client)})
    assert _whoami(closed, secret)[0] == 401
    assert _whoami(closed, renewed)[0] == 200


def test_an_admin_changes_a_user_and_their_tokens_follow(closed: Flask) -> None:
    _user(closed, "pat", "publisher", "erp-inventory")
    client = _enter(closed, "pat")
    form = {"csrf": csrf_of(client), "name": "ci", "days": "90", "roles": "publisher"}
    made = page_of(client.post("/account/tokens", data=form | {"teams": "erp-inventory"}), 201)
    secret = made.one("pre", id="new-secret").text

    admin = closed.test_client()
    sign_in(admin, token_of(closed, Role.ADMIN))
    page = get(admin, "/users/pat")
    checked = {
        e.attributes["value"]
        for e in page.all("input", type="checkbox")
        if "checked" in e.attributes
    }
    assert checked == {"publisher", "erp-inventory"}
    assert "ci" in page.text
    csrf = csrf_of(admin)
    none = page_of(admin.post("/users/pat", data={"csrf": csrf, "name": "Pat"}), 422)
    assert "at least one role" in none.text
    change = {
        "csrf": csrf,
        "name": "Pat P",
        "roles": ["viewer", "approver"],
        "teams": "warehouse-systems",
    }
    done = page_of(admin.post("/users/pat", data=change, follow_redirects=True))
    assert "The user pat is changed" in done.text
    assert _whoami(closed, secret)[0] == 403, "a token is never worth more than its user"
    weak = page_of(
        admin.post("/users/pat", data={"csrf": csrf, "action": "password", "password": "x"}), 422
    )
    assert "12 to 256" in weak.text
    admin.post("/users/pat", data={"csrf": csrf, "action": "password", "password": PASSWORD + "!"})
    get(client, "/runs/new", 401)
    admin.post("/users/pat", data={"csrf": csrf, "action": "disable"})
    assert _whoami(closed, secret)[0] == 401
    get(admin, "/users/nobody", 404)


def test_a_partner_cannot_make_a_token_that_sees_more(closed: Flask) -> None:
    app = closed
    admin = app.test_client()
    sign_in(admin, token_of(app, Role.ADMIN))
    csrf = csrf_of(admin)
    _user(app, "kim", "partner", "supplier-network")
    roles = {
        "csrf": csrf,
        "name": "Kim",
        "roles": ["partner", "viewer"],
        "teams": "supplier-network",
    }
    admin.post("/users/kim", data=roles)
    client = _enter(app, "kim")
    form = {"csrf": csrf_of(client), "name": "escape", "days": "30", "roles": "viewer"}
    secret = (
        page_of(client.post("/account/tokens", data=form), 201).one("pre", id="new-secret").text
    )
    assert _whoami(app, secret)[1]["roles"] == ["partner", "viewer"]
    answer = app.test_client().get(
        "/api/v1/contracts", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.get_json()["total"] == 0
