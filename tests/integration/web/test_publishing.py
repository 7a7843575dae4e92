"""Publishing in the browser without JavaScript: check, look, publish; and every way it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.web.page import Page, csrf_of, get, page_of
from tests.integration.web.seeded import TICKET

SAFE = TICKET.replace(b"maxLength: 20", b"maxLength: 40")
BREAKING = TICKET.replace(b"required: [id, state]", b"required: [id, state, note]")


def form(client: FlaskClient, **given: object) -> dict[str, object]:
    return {"csrf": csrf_of(client), "contract": "erp.ticket", "action": "check", **given}


def check(client: FlaskClient, status: int = 200, **given: object) -> Page:
    return page_of(client.post("/publish", data=form(client, **given)), status)


def publish(client: FlaskClient, page: Page) -> Page:
    """Press Publish on a checked page; gives the page it leads to."""
    sent = {**page.fields(), "action": "publish"}
    return page_of(client.post("/publish", data=sent, follow_redirects=True))


def test_a_safe_change_is_shown_and_then_published(writing: FlaskClient) -> None:
    page = check(writing, document=SAFE, number="1.1.0")
    assert "erp.ticket 1.1.0 would be published" in page.text
    assert "Compatible" in page.text
    assert "−1 +1 lines" in page.text
    assert "erp.ticket 1.1.0" not in get(writing, "/").text, "checking stored it"
    done = publish(writing, page)
    assert "erp.ticket 1.1.0 is published" in done.text
    source = writing.get("/contracts/erp.ticket/versions/1.1.0/raw").data
    assert source == SAFE


def test_a_breaking_change_names_the_consumers_and_is_refused(writing: FlaskClient) -> None:
    page = check(writing, document=BREAKING, number="1.1.0")
    assert "would be refused" in page.text
    assert "Breaking" in page.text
    assert any(e.text == "analytics" for e in page.all("a"))
    assert "may write this payload" in page.text
    assert not page.all("button", value="publish")
    refused = page_of(writing.post("/publish", data={**page.fields(), "action": "publish"}), 422)
    assert refused.one("textarea", name="document").text.strip() == BREAKING.decode().strip()


def test_a_breaking_change_may_be_proposed_with_a_major_number(writing: FlaskClient) -> None:
    page = check(writing, document=BREAKING, number="2.0.0", branch="strict-notes")
    assert "Propose 2.0.0@strict-notes" in page.text
    assert "is proposed" in publish(writing, page).text


def test_what_was_not_shown_is_not_published(writing: FlaskClient) -> None:
    page = check(writing, document=SAFE, number="1.1.0")
    changed = {**page.fields(), "action": "publish", "number": "1.2.0"}
    again = page_of(writing.post("/publish", data=changed), 422)
    assert "was not shown before" in again.text
    assert "1.2.0 is published" in publish(writing, again).text


def test_uploaded_files_win_and_stay_in_the_form(writing: FlaskClient) -> None:
    upload = {"document_file": (BytesIO(SAFE.replace(b"\n", b"\r\n")), "ticket.yaml")}
    page = check(writing, number="1.1.0", document="ignored", **upload)
    assert page.one("textarea", name="document").text.strip() == SAFE.decode().strip()
    assert page.one("input", name="filename").attributes["value"] == "ticket.yaml"
    assert "1.1.0 is published" in publish(writing, page).text


def test_the_same_content_again_changes_nothing(writing: FlaskClient) -> None:
    page = check(writing, document=TICKET, number="1.0.0")
    assert "already published with exactly this content" in page.text
    assert not page.all("button", value="publish")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"document": ""}, "paste the document"),
        ({"document": "a: 1\nb: c: d\n"}, "line 2"),
        ({"document": "a: 1\na: 2\n"}, "line 2"),
        ({"document": TICKET, "number": "one"}, "semantic version"),
        ({"document": TICKET, "number": "1.1.0", "contract": "no.such"}, "no.such"),
        ({"document": TICKET, "number": "1.1.0", "sidecar": "id: erp.ticket\nownr: x"}, "ownr"),
        ({"document": TICKET, "number": "1.1.0", "sidecar": "id: 'a"}, "contract.yaml"),
        ({"document": BREAKING, "number": "1.0.0"}, "1.0.0"),
        ({"document": "just words", "number": "1.1.0"}, "cannot be used"),
        ({"document": "[" * 5000, "number": "1.1.0"}, "cannot be used"),
    ],
)
def test_bad_input_is_explained_and_kept(
    writing: FlaskClient, given: dict[str, str], says: str
) -> None:
    response = writing.post("/publish", data=form(writing, **given))
    page = page_of(response, response.status_code)
    assert response.status_code in {200, 422}
    assert says in page.text
    assert not page.all("button", value="publish")
    kept = given["document"]
    kept = kept.decode() if isinstance(kept, bytes) else kept
    assert page.one("textarea", name="document").text.strip() == kept.strip()


def test_a_file_that_is_no_text_is_refused_by_name(writing: FlaskClient) -> None:
    upload = {"document_file": (BytesIO(b"\xff\xfe\x00"), "picture.png")}
    assert "picture.png is not UTF-8" in check(writing, 422, **upload).text


def test_live_checking_answers_with_the_preview_only(writing: FlaskClient) -> None:
    response = writing.post("/publish/check", data=form(writing, document=SAFE, number="1.1.0"))
    assert "<html" not in response.text
    page = Page(response.text)
    assert page.elements[0].attributes["id"] == "preview"
    assert page.all("button", value="publish")
    assert "would be published" in page.one("div", id="preview-status").text
    empty = writing.post("/publish/check", data=form(writing, document=""))
    assert "section" not in empty.text


def test_problems_show_the_lines_around_them(writing: FlaskClient) -> None:
    page = check(writing, document="openapi: 3.1.0\ninfo: {title: T}\npaths: {}\n", number="1.1.0",
                 contract="", sidecar="id: erp.new\nprovider: erp\nowner: erp-inventory\n")  # fmt: skip
    assert "line 2" in page.text
    assert any(e.text.startswith("2") for e in page.all("li", class_="hit"))


def test_markup_in_a_document_stays_text(writing: FlaskClient) -> None:
    evil = b"<script>alert('x')</script>"
    document = TICKET.replace(b"title: Ticket", b'title: "' + evil + b'"')
    page = check(writing, document=document, number="1.0.1")
    shown = publish(writing, page)
    assert not [e for p in (page, shown) for e in p.all("script") if "alert" in e.text]
    for url in ("", "/source", "/../../compare"):
        html = writing.get(f"/contracts/erp.ticket/versions/1.0.1{url}", follow_redirects=True).text
        assert "<script>alert" not in html


def test_a_form_without_its_token_is_refused(writing: FlaskClient) -> None:
    csrf_of(writing)
    for token in ({}, {"csrf": ""}, {"csrf": "x" * 32}, {"csrf": "ü"}):
        response = writing.post("/publish", data={"document": SAFE, "action": "publish", **token})
        assert response.status_code == 403
        assert "reload the page" in response.text


def test_publishing_needs_somebody_who_may(make_app: Callable[..., Flask]) -> None:
    client = make_app(open_mode=False).test_client()
    page = get(client, "/publish", 401)
    assert page.one("input", name="next").attributes["value"] == "/publish"
    kept = client.post("/publish", data=form(client, document=SAFE, number="1.1.0"))
    assert page_of(kept, kept.status_code).one("textarea", name="document").text.strip()
    assert client.get("/contracts/erp.ticket/versions/1.1.0").status_code == 404
