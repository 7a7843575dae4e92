"""Sharing a contract with partners on its page, and what they see then."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from registry.domain import Role
from tests.integration.web.page import csrf_of, get, page_of
from tests.integration.web.test_acting import sign_in, token_of

ADDRESS = "/contracts/erp.ticket"


def test_an_owner_shares_and_takes_it_back(make_app: Callable[..., Flask]) -> None:
    app = make_app(open_mode=False, public_read=False)
    owner, partner = app.test_client(), app.test_client()
    sign_in(owner, token_of(app, Role.PUBLISHER, teams=frozenset({"erp-inventory"})))
    secret = token_of(app, Role.PARTNER, teams=frozenset({"supplier-network"}))
    sign_in(partner, secret)
    get(partner, ADDRESS, 404)
    assert "With nobody" in get(owner, ADDRESS).text
    form = {"csrf": csrf_of(owner), "team": "supplier-network", "until": "2099-12-31"}
    page = page_of(owner.post(f"{ADDRESS}/shares", data=form, follow_redirects=True))
    assert "Partners of supplier-network see erp.ticket" in page.text
    assert "2099" in page.text
    told = get(partner, ADDRESS)
    assert "Support tickets" in told.text
    assert "analytics" not in told.text  # another consumer
    assert "Shared with partners" not in told.text
    [button] = [f for f in page.all("form") if "/shares/shr" in f.attributes.get("action", "")]
    form = {"csrf": csrf_of(owner), "contract": "erp.ticket"}
    owner.post(button.attributes["action"], data=form)
    get(partner, ADDRESS, 404)


def test_sharing_is_refused_where_everybody_reads(make_app: Callable[..., Flask]) -> None:
    app = make_app(open_mode=False)
    owner = app.test_client()
    sign_in(owner, token_of(app, Role.ADMIN))
    form = {"csrf": csrf_of(owner), "team": "supplier-network"}
    page = page_of(owner.post(f"{ADDRESS}/shares", data=form, follow_redirects=True))
    assert "INTERLOCK_PUBLIC_READ=false" in page.text


def test_a_day_that_is_none_is_told(make_app: Callable[..., Flask]) -> None:
    app = make_app(open_mode=False, public_read=False)
    owner = app.test_client()
    sign_in(owner, token_of(app, Role.ADMIN))
    form = {"csrf": csrf_of(owner), "team": "supplier-network", "until": "soon"}
    page = page_of(owner.post(f"{ADDRESS}/shares", data=form, follow_redirects=True))
    assert "is no day" in page.text
