"""Users and the account, as people click through them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

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
