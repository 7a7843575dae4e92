"""What every answer says to the browser: safety, freshness."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.integration.web.page import get


@pytest.mark.parametrize("url", ["/", "/contracts", "/nowhere", "/contracts/none", "/sign-in"])
def test_every_page_is_guarded(reading: FlaskClient, url: str) -> None:
    headers = reading.get(url).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-cache" in headers["Cache-Control"]


def test_assets_are_kept_for_a_year_under_their_fingerprint(reading: FlaskClient) -> None:
    page = get(reading, "/")
    sheets = [e.attributes["href"] for e in page.all("link") if "assets" in e.attributes["href"]]
    assert len(sheets) >= 4
    for url in sheets:
        with reading.get(url) as response:
            assert response.status_code == 200
            assert "immutable" in response.headers["Cache-Control"]
    with reading.get(re.sub(r"v=\w+", "v=000000000000", sheets[0])) as stale:
        assert stale.headers["Cache-Control"] == "public, no-cache"
    with reading.get(sheets[0], headers={"If-None-Match": stale.headers["ETag"]}) as again:
        assert again.status_code == 304


def test_vendored_files_carry_their_licence(reading: FlaskClient) -> None:
    with reading.get("/assets/vendor/htmx/LICENSE") as response:
        assert "Permission to use" in response.text


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(reading: FlaskClient) -> None:
    cookie = reading.application.test_client().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
