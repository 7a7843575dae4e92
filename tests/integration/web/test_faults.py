"""What a page says when the registry itself is at fault or away."""

from __future__ import annotations

import re
from typing import NoReturn

import pytest
from flask.testing import FlaskClient

from registry.errors import Unavailable
from tests.integration.web.page import get, page_of


def test_a_fault_of_ours_is_owned_and_can_be_looked_up(
    reading: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fault(*_given: object) -> NoReturn:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("registry.web.views.catalog.search_catalog", fault)
    page = get(reading, "/contracts", 500)
    assert "broken on our side" in page.text
    [reference] = re.findall(r"reference ([0-9a-f]{8})", page.text)
    assert "hunter2" not in page.source
    assert "Traceback" not in page.source
    assert reference in caplog.text


def test_a_database_that_is_away_is_said_and_worth_another_try(
    reading: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> NoReturn:
        raise Unavailable("the database is busy or cannot be reached; try again shortly")

    monkeypatch.setattr("registry.web.views.catalog.search_catalog", away)
    response = reading.get("/contracts")
    assert "The database is busy" in page_of(response, 503).text
    assert response.headers["Retry-After"] == "5"


def test_a_form_that_is_too_large_is_refused_with_advice(
    reading: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(reading.application.config, "MAX_CONTENT_LENGTH", 1000)
    response = reading.post("/publish", data={"document": "x" * 2000})
    assert "smaller document" in page_of(response, 413).text


def test_what_is_no_page_is_said_in_the_callers_language(reading: FlaskClient) -> None:
    assert get(reading, "/nowhere", 404).one("h1").text == "Not found"
    assert reading.get("/api/v1/nowhere").mimetype == "application/problem+json"
    wrong = reading.post("/contracts", data={})
    assert page_of(wrong, 405).one("h1").text == "Not that way"
    for odd in (
        "/%00",
        "/contracts/%ff%fe",
        "/contracts/..%2f..%2fetc",
        "/contracts/" + "a" * 4000,
    ):
        assert reading.get(odd).status_code == 404, odd


def test_a_tag_that_a_link_brought_stays_while_searching(reading: FlaskClient) -> None:
    page = get(reading, "/contracts?tag=procure-to-pay")
    assert "Tag: procure-to-pay" in page.text
    assert page.one("input", name="tag").attributes["value"] == "procure-to-pay"
