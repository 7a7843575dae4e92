"""Signing in, tokens, runs, waivers and the gate, as a person clicks through them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain import SYSTEM, Role, Waiver
from registry.runtime import EXTENSION
from registry.services.create_token import CreateToken, create_token
from registry.services.sign_in import first_link
from tests.integration.web.page import Page, csrf_of, get, page_of

ADMIN_PAGES = ("/tokens",)
SIGNED_PAGES = ("/publish", "/runs/new", "/waivers/new", "/audit", *ADMIN_PAGES)


def token_of(app: Flask, *roles: Role, teams: frozenset[str] = frozenset()) -> str:
    command = CreateToken(f"{'-'.join(roles)}-token", frozenset(roles), teams)
    return create_token(command, app.extensions[EXTENSION].uow, SYSTEM).secret


def sign_in(client: FlaskClient, secret: str, target: str = "/") -> Page:
    sent = {"csrf": csrf_of(client), "secret": secret, "next": target}
    return page_of(client.post("/sign-in", data=sent, follow_redirects=True))


@pytest.fixture
def closed(make_app: Callable[..., Flask]) -> Flask:
    """An application that asks who is there."""
    return make_app(open_mode=False)


def test_reading_needs_nobody_and_says_so(closed: Flask) -> None:
    client = closed.test_client()
    page = get(client, "/contracts")
    assert "Open mode" not in page.source
    assert [e.text for e in page.all("a") if "sign-in" in e.attributes["href"]] == ["Sign in"]
    assert not [e for e in page.all("a") if e.text == "Tokens"]


@pytest.mark.parametrize("url", SIGNED_PAGES)
def test_a_page_for_somebody_asks_to_sign_in_and_leads_back(closed: Flask, url: str) -> None:
    page = get(closed.test_client(), url, 401)
    assert page.one("input", name="next").attributes["value"] == url


def test_signing_in_and_out_with_a_token(closed: Flask) -> None:
    client = closed.test_client()
    secret = token_of(closed, Role.PUBLISHER)
    page = sign_in(client, secret, "/contracts?text=item")
    assert "Signed in as token:publisher-token" in page.text
    assert page.one("input", name="text").attributes["value"] == "item"
    assert get(client, "/runs/new").one("h1").text == "Start a conformance run"
    denied = get(client, "/tokens", 403)
    assert "admin" in denied.text
    with client.session_transaction() as session:
        assert secret not in str(dict(session)), "the secret itself is in the cookie"
    left = client.post("/sign-out", data={"csrf": csrf_of(client)}, follow_redirects=True)
    assert "Signed out" in left.text
    get(client, "/publish", 401)


def test_a_wrong_token_is_refused_and_never_shown_again(closed: Flask) -> None:
    client = closed.test_client()
    sent = {"csrf": csrf_of(client), "secret": "ilk_wrong", "next": "/"}
    page = page_of(client.post("/sign-in", data=sent), 401)
    assert "unknown" in page.text
    assert "ilk_wrong" not in page.source


def test_the_first_link_makes_an_admin_once(closed: Flask) -> None:
    link = first_link(closed.extensions[EXTENSION].uow)
    client = closed.test_client()
    shown = get(client, f"/sign-in?token={link}")
    assert get(client, f"/sign-in?token={link}").one("h1").text == "Sign in", "looking uses it up"
    sent = shown.fields()
    assert (
        "Signed in as"
        in page_of(
            client.post("/sign-in", data={**sent, "csrf": csrf_of(client)}, follow_redirects=True)
        ).text
    )
    assert get(client, "/tokens").one("h1").text == "Tokens"
    other = closed.test_client()
    again = other.post("/sign-in", data={**sent, "csrf": csrf_of(other)})
    assert page_of(again, 401).one("h1").text == "Sign in"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "x"]
)
def test_signing_in_never_leads_to_another_site(closed: Flask, target: str) -> None:
    client = closed.test_client()
    sent = {"csrf": csrf_of(client), "secret": token_of(closed, Role.VIEWER), "next": target}
    assert client.post("/sign-in", data=sent).headers["Location"] == "/"


def test_a_revoked_token_ends_the_session(closed: Flask) -> None:
    admin, other = closed.test_client(), closed.test_client()
    sign_in(admin, token_of(closed, Role.ADMIN))
    sign_in(other, token_of(closed, Role.PUBLISHER))
    page = get(admin, "/tokens")
    [row] = [e for e in page.all("tr") if "publisher-token" in e.text]
    assert "Active" in row.text
    [action] = [
        e.attributes["action"]
        for e, button in zip(page.all("form"), page.all("button"), strict=False)
        if "publisher-token" in e.text and "Revoke" in e.text
    ]
    admin.post(action, data={"csrf": csrf_of(admin)})
    get(other, "/publish", 401)


def test_a_new_token_is_shown_once(writing: FlaskClient) -> None:
    sent = {"csrf": csrf_of(writing), "name": "pipeline", "roles": "publisher", "days": "30",
            "teams": "erp-inventory"}  # fmt: skip
    response = writing.post("/tokens", data=sent)
    page = page_of(response, 201)
    secret = page.one("pre", id="new-secret").text
    assert re.fullmatch(r"ilk_\S{30,}", secret)
    assert response.headers["Cache-Control"] == "no-store"
    later = get(writing, "/tokens")
    assert "pipeline" in later.text
    assert secret not in later.source


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": ""}, "name"),
        ({"roles": "king"}, "choose a role"),
        ({"teams": "no-such-team"}, "no-such-team"),
        ({"days": "9999999"}, "choose one of the lifetimes"),
    ],
)
def test_a_token_that_cannot_be_is_explained(
    writing: FlaskClient, given: dict[str, str], says: str
) -> None:
    sent = {"csrf": csrf_of(writing), "name": "x", "roles": "viewer", "days": "30", **given}
    page = page_of(writing.post("/tokens", data=sent), 422)
    assert says in page.text
    assert page.one("input", name="name").attributes["value"] == sent["name"]


def test_a_run_is_started_followed_and_cancelled(writing: FlaskClient) -> None:
    sent = {"csrf": csrf_of(writing), "contract": "erp.purchase-order", "environment": "dev"}
    sent["url"] = "http://127.0.0.1:8000"
    shown = get(writing, "/runs/new?contract=erp.purchase-order").text
    assert "acceptance" in shown
    started = writing.post("/runs", data={**sent, "seed": "11", "suite": "smoke"})
    if started.status_code == 422:
        raise AssertionError(Page(started.text).text)
    page = get(writing, started.headers["Location"])
    assert "Queued" in page.text
    assert "Seed 11" in page.text
    assert "Suite smoke" in page.text
    [stop] = [
        e.attributes["action"]
        for e in page.all("form")
        if e.attributes["action"].endswith("cancel")
    ]
    ended = page_of(writing.post(stop, data={"csrf": csrf_of(writing)}, follow_redirects=True))
    assert "Cancelled" in ended.text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"contract": "no.such"}, "no.such"),
        ({"contract": "erp.purchase-order", "environment": "moon"}, "moon"),
        ({"contract": "erp.purchase-order", "environment": "dev", "number": "x.y"}, "x.y"),
        ({"contract": "erp.purchase-order", "environment": "dev", "seed": "-1"}, "whole number"),
        (
            {"contract": "erp.purchase-order", "environment": "dev", "url": "http://evil.example"},
            "evil.example",
        ),
    ],
)
def test_a_run_that_cannot_be_is_explained_and_kept(
    writing: FlaskClient, given: dict[str, str], says: str
) -> None:
    sent = {"csrf": csrf_of(writing), "contract": "", "environment": "dev", **given}
    page = page_of(writing.post("/runs", data=sent), 422)
    assert says in page.text
    for name in ("number", "seed", "url"):
        assert page.one("input", name=name).attributes["value"] == given.get(name, "")


def test_the_gate_says_no_with_the_proof_and_the_next_step(reading: FlaskClient) -> None:
    page = get(reading, "/gate?system=erp&version=2.0.0&to=production")
    assert "No: erp 2.0.0 to production" in page.text
    reasons = [e.text for e in page.all("li", class_="reason")]
    assert reasons
    assert any("Blocked" in r and "erp.purchase-order" in r and "Next." in r for r in reasons)
    again = next(e.attributes["href"] for e in page.all("a") if e.text == "link to this answer")
    assert "No: erp 2.0.0 to production" in get(reading, again).text


def test_the_matrix_answers_every_environment(reading: FlaskClient) -> None:
    page = get(reading, "/gate/matrix?system=erp")
    heads = [e.text for e in page.all("th", scope="col")]
    assert heads == ["Release", "Development", "Test", "Production"]
    labels = [e.attributes.get("aria-label", "") for e in page.all("a")]
    assert "2.0.0 to Production: no" in labels
    assert get(reading, "/gate/matrix?system=none", 404)


def test_a_waiver_is_asked_for_and_signed(writing: FlaskClient) -> None:
    blocked = get(writing, "/gate?system=erp&version=2.0.0&to=production")
    [ask, *_] = [
        e.attributes["href"]
        for e in blocked.all("a")
        if e.text.startswith("Ask for a waiver of erp.purchase-order")
    ]
    sent = {
        **get(writing, ask).fields(),
        "environment": "production",
        "reason": "agreed for the pilot",
        "expires": (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d"),
    }
    late = page_of(writing.post("/waivers", data={**sent, "expires": "2199-12-31"}), 422)
    assert late.one("textarea", name="reason").text.strip() == "agreed for the pilot"
    for expires, says in (("soon", "is no day"), ("", "last day")):
        bad = page_of(writing.post("/waivers", data={**sent, "expires": expires}), 422)
        assert says in bad.text
    asked = page_of(writing.post("/waivers", data=sent, follow_redirects=True))
    assert "Requested" in asked.text
    assert "agreed for the pilot" in asked.text
    [sign] = [
        e.attributes["action"] for e in asked.all("form") if "approve" in e.attributes["action"]
    ]
    signed = page_of(writing.post(sign, data={"csrf": csrf_of(writing)}, follow_redirects=True))
    assert "Active" in signed.text
    assert "Waived" in get(writing, "/gate?system=erp&version=2.0.0&to=production").text
    [back] = [
        e.attributes["action"] for e in signed.all("form") if "revoke" in e.attributes["action"]
    ]
    gone = page_of(writing.post(back, data={"csrf": csrf_of(writing)}, follow_redirects=True))
    assert "Revoked" in gone.text


def test_a_waiver_says_what_it_waits_for_and_when_it_ended(closed: Flask) -> None:
    """A finance event takes two persons of the consuming team; an expired waiver says so."""
    uow = closed.extensions[EXTENSION].uow
    now = uow.now()
    standing = Waiver(
        id="wvr_two",
        contract="finance.posting-events",
        from_version="1.0.0",
        to_version="2.0.0",
        fingerprints=frozenset({"f"}),
        consumers=frozenset({"analytics"}),
        environment="",
        reason="the close is over",
        requested_by="olga",
        requested_at=now - timedelta(days=9),
        expires_at=now + timedelta(days=9),
        approvals_needed=2,
        teams=frozenset({"data-products"}),
    )
    with uow.write() as store:
        store.waivers.put(standing)
        ended = replace(standing, id="wvr_old", expires_at=now - timedelta(days=1))
        store.waivers.put(ended)
    for person, says in (("ann", "waits for 1 more person"), ("ben", "Active")):
        client = closed.test_client()
        rights = (person, frozenset({Role.APPROVER}), frozenset({"data-products"}))
        sign_in(client, create_token(CreateToken(*rights), uow, SYSTEM).secret)
        before = get(client, "/waivers")
        assert "Does not count yet." in before.text
        assert "Ended on" in before.text
        assert "The gate does not count it any more." in before.text
        form = {"csrf": csrf_of(client)}
        signed = client.post("/waivers/wvr_two/approve", data=form, follow_redirects=True)
        assert says in page_of(signed).text
    assert "token:ann for data-products, token:ben for data-products" in page_of(signed).text


def test_a_version_is_deprecated_with_notice(writing: FlaskClient) -> None:
    url = "/contracts/erp.ticket/versions/1.0.0"
    sent = {"csrf": csrf_of(writing), "to": "deprecated"}
    soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    for given, says in (
        ({"sunset_at": soon}, "notice"),
        ({"sunset_at": "soon"}, "no day"),
        ({"to": "king"}, "Choose what"),
    ):
        refused = writing.post(f"{url}/lifecycle", data={**sent, **given}, follow_redirects=True)
        assert says in page_of(refused).text
    done = writing.post(f"{url}/lifecycle", data=sent, follow_redirects=True)
    page = page_of(done)
    assert "erp.ticket 1.0.0 is deprecated now" in page.text
    assert "it is switched off on" in page.text
    early = writing.post(f"{url}/lifecycle", data={**sent, "to": "retired"}, follow_redirects=True)
    assert "sunset" in page_of(early).text
    assert get(writing, url).text.count("Deprecated") >= 1


def test_systems_are_asked_for_together(reading: FlaskClient) -> None:
    url = "/gate?system=erp&version=2.0.0&to=production&with="
    assert "together with wms 1.0.0" in get(reading, f"{url}wms+1.0.0").text
    page = get(reading, f"{url}wms:1.0.0")
    assert "together with wms 1.0.0" in page.text
    assert any("with=wms:1.0.0" in unquote(link) for link in page.local_links), "to this answer"
    assert "names a system twice" in get(reading, f"{url}wms+1.0.0,wms+2.0.0", 422).text
    assert "no system and version" in get(reading, f"{url}wms", 422).text


def test_a_deployment_is_recorded_and_ended(writing: FlaskClient) -> None:
    sent = {"csrf": csrf_of(writing), "version": "2.0.0", "environment": "test"}
    done = writing.post("/systems/erp/deployments", data=sent, follow_redirects=True)
    page = page_of(done)
    assert "erp 2.0.0 runs in test" in page.text
    assert page.all("form", aria_label="End 2.0.0 in test")
    ended = writing.post(
        "/systems/erp/deployments", data={**sent, "action": "end"}, follow_redirects=True
    )
    assert "erp 2.0.0 no longer runs in test" in page_of(ended).text
    wrong = writing.post(
        "/systems/erp/deployments", data={**sent, "version": "9.9"}, follow_redirects=True
    )
    assert "9.9" in page_of(wrong).text


@pytest.mark.parametrize(
    ("role", "team", "allowed"),
    [
        (Role.VIEWER, "erp-procurement-integration", False),
        (Role.PUBLISHER, "erp-inventory", False),
        (Role.PUBLISHER, "erp-procurement-integration", True),
    ],
)
def test_only_the_owning_team_records_a_deployment(
    closed: Flask, role: Role, team: str, allowed: bool
) -> None:
    client = closed.test_client()
    sign_in(client, token_of(closed, role, teams=frozenset({team})))
    offered = get(client, "/systems/erp").all("form", aria_label="Record a deployment")
    assert bool(offered) == allowed
    sent = {"csrf": csrf_of(client), "version": "2.0.0", "environment": "test"}
    response = client.post("/systems/erp/deployments", data=sent)
    assert response.status_code == (303 if allowed else 403)
