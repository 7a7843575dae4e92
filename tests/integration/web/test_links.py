"""Tags, references and what consumers use, as a person clicks through them."""

from __future__ import annotations

import json
from io import BytesIO

from flask.testing import FlaskClient

from tests.integration.web.page import Page, csrf_of, get, page_of

TICKET = "/contracts/erp.ticket"
TYPES = {"id": "erp.types", "title": "Types", "provider": "erp", "owner": "erp-master-data"}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"Id": {"type": "string"}},
}


def post(client: FlaskClient, url: str, status: int = 200, **given: object) -> Page:
    data = {"csrf": csrf_of(client), **given}
    return page_of(client.post(url, data=data, follow_redirects=True), status)


def publish(client: FlaskClient, **given: object) -> Page:
    page = post(client, "/publish", action="check", **given)
    return page_of(
        client.post("/publish", data={**page.fields(), "action": "publish"}, follow_redirects=True)
    )


def test_a_tag_is_set_moved_and_removed(writing: FlaskClient) -> None:
    page = post(writing, f"{TICKET}/tags", tag="stable", version="1.0.0")
    assert "stable points to 1.0.0 now" in page.text
    assert "Tag stable" in get(writing, f"{TICKET}/versions/stable").text
    assert "is not a name" in post(writing, f"{TICKET}/tags", tag="No Name", version="1.0.0").text
    gone = post(writing, f"{TICKET}/tags/stable/removal")
    assert "The tag stable is gone; it pointed to 1.0.0." in gone.text


def test_references_are_shown_on_both_sides(writing: FlaskClient) -> None:
    publish(
        writing, document=json.dumps(SCHEMA), number="1.0.0", sidecar=json.dumps(TYPES),
    )  # fmt: skip
    order = {
        "type": "object",
        "properties": {"id": {"$ref": "interlock:erp.types@1.0.0#/$defs/Id"}},
    }
    sidecar = json.dumps(TYPES | {"id": "erp.shape"})
    page = post(
        writing, "/publish", action="check", document=json.dumps(order), number="1.0.0",
        sidecar=sidecar,
    )  # fmt: skip
    assert "Refers to erp.types 1.0.0" in page.text
    publish(writing, document=json.dumps(order), number="1.0.0", sidecar=sidecar)
    referring = get(writing, "/contracts/erp.shape/versions/1.0.0")
    assert any(e.text == "erp.types 1.0.0" for e in referring.all("a"))
    assert any(e.text == "erp.shape 1.0.0" for e in get(writing, "/contracts/erp.types").all("a"))
    bundled = writing.get("/contracts/erp.shape/versions/1.0.0/raw?bundle=1")
    assert bundled.json is None
    assert json.loads(bundled.data)["x-interlock"]["erp.types@1.0.0"]["$defs"] == SCHEMA["$defs"]
    changed = {**SCHEMA, "$defs": {"Id": {"type": "integer"}}}
    told = post(
        writing, "/publish", action="check", document=json.dumps(changed), number="2.0.0",
        contract="erp.types",
    )  # fmt: skip
    assert "Referenced by erp.shape 1.0.0" in told.text


def test_a_use_is_declared_proposed_and_confirmed(writing: FlaskClient) -> None:
    form = get(writing, f"{TICKET}/uses/new?consumer=analytics")
    assert form.one("input", name="consumer").attributes["value"] == "analytics"
    wrong = post(writing, f"{TICKET}/uses", 422, consumer="analytics", way="words", text="uses: 1")
    assert wrong.all("span", id="f-text-error")
    words = "uses:\n  - operation: getTicket\n    reads: [id]\n"
    page = post(writing, f"{TICKET}/uses", consumer="analytics", way="words", text=words)
    assert "What analytics uses of erp.ticket is declared." in page.text
    items = "/contracts/erp.item-master"
    request = {"method": "GET", "url": "https://x/v1/items/1", "headers": []}
    content = {"text": '{"itemId": "1", "baseUom": "EA"}'}
    response = {"status": 200, "headers": [], "content": content}
    har = {"log": {"entries": [{"request": request, "response": response}]}}
    upload = (BytesIO(json.dumps(har).encode()), "calls.har")
    given = {"consumer": "planning", "way": "traffic", "base": "/v1"}
    page = post(writing, f"{items}/uses", file=upload, **given)
    assert "is proposed; its team confirms it" in page.text
    assert "Inferred from 1 exchange in calls.har" in page.text
    confirmed = post(writing, f"{items}/uses/planning/confirmation", answer="confirm")
    assert "confirmed: checks and the gate judge by it" in confirmed.text
    assert "Proposed, not confirmed" not in confirmed.text
    again = post(writing, f"{items}/uses/planning/confirmation", answer="decline")
    assert "nothing is proposed" in again.text


def test_a_proposal_is_asked_about_before_it_is_merged(writing: FlaskClient) -> None:
    proposal = get(writing, "/contracts/erp.purchase-order/versions/2.0.0@proposal")
    [question] = [e for e in proposal.all("a") if e.text == "May it be merged?"]
    answer = get(writing, question.attributes["href"])
    assert "Stands against it" in answer.text
    post(writing, "/contracts/erp.purchase-order/tags", tag="next", version="2.0.0@proposal")
    for label in ("next", "proposal"):
        same = get(writing, f"/contracts/erp.purchase-order/merge?version={label}")
        assert f"2.0.0@proposal ({label})" in same.text
    nowhere = get(writing, "/contracts/erp.purchase-order/merge?version=nowhere", 422)
    assert "has no version 'nowhere'" in nowhere.text


def test_a_pact_names_what_it_expects(writing: FlaskClient) -> None:
    request = {"method": "GET", "path": "/items/1"}
    interaction = {"description": "an item", "request": request, "response": {"status": 200}}
    pact = {"consumer": {"name": "P"}, "provider": {"name": "E"}, "interactions": [interaction]}
    sidecar = {"id": "planning.items", "provider": "planning", "owner": "demand-planning"}
    publish(
        writing, document=json.dumps(pact), number="1.0.0",
        sidecar=json.dumps(sidecar | {"expects": ["erp.item-master"]}),
    )  # fmt: skip
    version = get(writing, "/contracts/planning.items/versions/1.0.0")
    assert "an item" in version.text
    assert any(e.text == "erp.item-master" for e in version.all("a"))
    api = get(writing, "/contracts/erp.item-master")
    assert any(e.text == "planning.items 1.0.0" for e in api.all("a"))
