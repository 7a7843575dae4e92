"""What traffic and messages show that a consumer uses."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from conformance.events.capture import captured
from conformance.http.traffic import har_exchanges
from conformance.observed import use_of_messages, use_of_traffic
from contracts import compare
from contracts.documents import Document, load
from contracts.errors import DocumentUnreadable
from contracts.governance.sidecar import Consumer
from contracts.verdict import Verdict


def api(total: str = "number") -> Document:
    line = {"type": "object", "properties": {"sku": {"type": "string"}}}
    order = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "total": {"type": total},
            "lines": {"type": "array", "items": line},
        },
    }
    answer = {"description": "it", "content": {"application/json": {"schema": order}}}
    trace = {"name": "X-Trace", "in": "header", "schema": {"type": "string"}}
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    body = {"content": {"application/json": {"schema": order}}}
    paths = {
        "/orders/{id}": {
            "get": {
                "operationId": "getOrder",
                "parameters": [id_, trace, page],
                "responses": {"200": answer},
            }
        },
        "/orders": {"post": {"requestBody": body, "responses": {"201": {"description": "made"}}}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "O", "version": "1.0.0"}, "paths": paths}
    return load(json.dumps(document).encode(), name="orders.json")


def entry(method: str, url: str, sent: Any = None, came: Any = None, **headers: str) -> Any:
    named = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    request: dict[str, Any] = {"method": method, "url": f"https://x.example/v1{url}"}
    request |= {"headers": [*named, {"name": "User-Agent", "value": "browser"}]}
    if sent is not None:
        request["postData"] = {"text": json.dumps(sent)}
    content = {} if came is None else {"text": json.dumps(came)}
    return {"request": request, "response": {"status": 200, "headers": [], "content": content}}


def har(*entries: Any) -> bytes:
    return json.dumps({"log": {"entries": entries}}).encode()


HAR = har(
    entry("GET", "/orders/1?page=2", came={"id": "1", "lines": [{"sku": "a"}]}, X_Trace="t"),
    entry("GET", "/orders/2?utm=x", came={"id": "2", "lines": []}),
    entry("POST", "/orders", sent={"id": "3", "total": 1}),
    entry("GET", "/elsewhere", came={"secret": 1}),
)


def test_operations_fields_headers_and_parameters() -> None:
    found = use_of_traffic(api(), har_exchanges(HAR, "h"), "/v1")
    assert (found.taken, found.strange) == (3, 1)
    any_, always, post = found.uses
    assert any_ == {
        "operation": "getOrder", "reads": ["id", "lines"], "sends": [],
        "headers": ["X-Trace"], "parameters": ["id", "page"],
    }  # fmt: skip
    assert always == {
        "operation": "getOrder", "reads": [], "sends": [], "headers": [], "parameters": ["id"],
    }  # fmt: skip
    assert (post["operation"], post["sends"]) == ("POST /orders", ["id", "total"])
    assert "secret" not in str(found)


def test_the_engine_judges_by_what_was_seen() -> None:
    found = use_of_traffic(api(), har_exchanges(HAR, "h"), "/v1")
    reads = [use for use in found.uses if use["operation"] == "getOrder"]
    stated = Consumer.model_validate({"system": "shop", "uses": reads})
    report = compare(api(), api("string"), consumers=(stated.expectation(),))
    assert report.verdict is Verdict.BREAKING
    assert report.breaking_for_none  # total was never received, and this consumer posts nothing


def test_an_archive_that_is_none_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="not an HTTP archive"):
        use_of_traffic(api(), har_exchanges(b"{}", "h"))


def events() -> Document:
    def message(kind: str) -> dict[str, Any]:
        return {"name": kind, "payload": {"properties": {"type": {"const": kind}}}}

    channel = {"address": "orders", "messages": {"a": message("placed"), "b": message("gone")}}
    data = {"asyncapi": "3.0.0", "info": {"title": "E", "version": "1.0.0"}}
    return load(json.dumps(data | {"channels": {"orders": channel}}).encode(), name="events.json")


def test_messages_by_their_type_or_address() -> None:
    lines = [
        {"specversion": "1.0", "type": "placed", "data": {"lines": [{"sku": "a"}]}},
        {"address": "orders", "message": {"type": "placed", "note": "n", "a.b": {"c": 1}}},
        {"address": "elsewhere", "message": {"type": "placed"}},
        {"specversion": "1.0", "type": "unknown"},
    ]
    content = b"\n".join(json.dumps(line).encode() for line in [*lines]) + b"\nnot json\n"
    found = use_of_messages(events(), captured(io.BytesIO(content), "c"))
    assert (found.taken, found.strange) == (2, 3)
    [use] = found.uses
    assert use["message"] == "placed"
    assert use["reads"] == ["data.lines[].sku", "specversion", "type"]


@pytest.mark.parametrize("deep", [50, 5_000])
def test_deep_and_wide_payloads_are_bounded(deep: int) -> None:
    value: Any = 1
    for _ in range(min(deep, 900)):
        value = {"x": value}
    wide = {f"f{n}": {"g": n} for n in range(deep)}
    found = use_of_traffic(
        api(), har_exchanges(har(entry("POST", "/v1/orders", [value, wide])), "h"), "/v1/v1"
    )
    assert all(len(use["sends"]) <= 2_000 for use in found.uses)
    Consumer.model_validate({"system": "shop", "uses": list(found.uses)})
