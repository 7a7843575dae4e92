"""Drift in every form that recordings come in: what is declared passes, what is not is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.drift import drift, drift_apart
from conformance.evidence import Outcome
from conformance.evidence.reports import FORMATS, render
from conformance.http.recordings import Recording
from contracts.documents import load
from contracts.errors import DocumentUnreadable, UnsupportedFormat

LIBRARY = Path(__file__).parents[3] / "contracts" / "library"
RECEIPTS = load(LIBRARY / "wms/goods-receipt-events/1.0.0.asyncapi.yaml")
API = load(
    json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Orders", "version": "1.0.0"},
            "paths": {
                "/orders/{id}": {
                    "get": {
                        "parameters": [
                            {"name": "id", "in": "path", "required": True, "schema": {}},
                            {"name": "page", "in": "query", "schema": {"type": "integer"}},
                        ],
                        "responses": {
                            "200": {
                                "description": "An order.",
                                "content": {
                                    "application/json": {
                                        "schema": {
                                            "type": "object",
                                            "properties": {"state": {"enum": ["open"]}},
                                        }
                                    }
                                },
                            }
                        },
                    }
                }
            },
        }
    ).encode(),
    name="orders.json",
)
JSON = {"Content-Type": "application/json"}


def nested(path: str = "/orders/1", status: int = 200, body: Any = None) -> dict[str, Any]:
    response = {"status": status, "headers": JSON, "body": body or {"state": "open"}}
    return {"request": {"method": "GET", "url": f"https://x{path}"}, "response": response}


def flat(path: str = "/orders/1", status: int = 200, body: Any = None) -> dict[str, Any]:
    shown = {"responseHeaders": JSON, "responseBody": body or {"state": "open"}}
    return {"method": "get", "path": path, "status": status, **shown}


def nginx(path: str = "/orders/1", status: int = 200, **_: Any) -> dict[str, Any]:
    head = {"remote_addr": "10.0.0.1", "request_time": "0.012", "body_bytes_sent": "31"}
    return {**head, "request_method": "GET", "request_uri": path, "status": str(status)}


def combined(path: str = "/orders/1", status: int = 200, **_: Any) -> dict[str, Any]:
    return {"request": f"GET {path} HTTP/1.1", "status": status, "request_time": 0.1}


def lines(*items: Any) -> bytes:
    return b"\n".join(json.dumps(item).encode() for item in items)


@pytest.mark.parametrize("shape", [nested, flat, nginx, combined])
def test_every_form_is_read_and_its_drift_told(shape: Any) -> None:
    good = drift(API, [("log", lines(shape(), shape("/orders/2?page=3")))])
    assert (good.outcome, good.requests) == (Outcome.PASSED, 2), good.failures
    found = drift(
        API,
        [
            (
                "log",
                lines(shape("/invoices/7"), shape(status=418), shape("/orders/3?sort=up&page=x")),
            )
        ],
    )
    checks = {f.check for f in found.failures}
    assert {
        "undocumented_operation",
        "status_code_conformance",
        "undocumented_parameter",
        "undocumented_request",
    } <= checks
    bodies = shape in {nested, flat}
    assert any("without headers and bodies" in w for w in found.warnings) is not bodies


@pytest.mark.parametrize("shape", [nested, flat])
def test_fields_and_values_are_told_where_bodies_are(shape: Any) -> None:
    body = {"state": "odd", "extra": 1}
    found = drift(API, [("log", lines(shape(body=body)))])
    assert {f.check for f in found.failures} == {
        "response_schema_conformance",
        "undocumented_field",
    }


def test_a_har_is_still_a_har() -> None:
    entry = {
        "request": {"method": "GET", "url": "https://x/orders/1", "headers": []},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": '{"state": "open"}'},
        },
    }
    for indent in (None, 2):
        content = json.dumps({"log": {"version": "1.2", "entries": [entry]}}, indent=indent)
        found = drift(API, [("day.har", content.encode())])
        assert (found.outcome, found.requests) == (Outcome.PASSED, 1)


def test_what_is_no_exchange_is_counted_and_told() -> None:
    content = lines(nginx(), {"status": 200}, [1], nginx()) + b"\nnot json\n\n"
    recording = Recording(content, "access.log")
    assert len(list(recording.exchanges())) == 2
    assert recording.skipped == 3
    assert len(recording.notes()) == 3
    assert any("left out" in w for w in drift(API, [("access.log", content)]).warnings)


@pytest.mark.parametrize("content", [b"", b"10.0.0.1 - - GET /orders/1", b"[]", b'{"a": 1}'])
def test_a_file_without_an_exchange_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match="holds no exchange"):
        drift(API, [("access.log", content)])
    with pytest.raises(UnsupportedFormat):
        drift(load(b'{"type": "object"}', name="schema.json"), [("access.log", content)])


def test_messages_show_undeclared_fields_codes_and_channels() -> None:
    event = RECEIPTS.get("/components/messages/receiptCounted/examples/0/payload")
    counted = "wms.receipt.counted"
    good = drift(RECEIPTS, [("day.jsonl", lines({"address": counted, "message": event}))])
    assert (good.outcome, good.warnings) == (Outcome.PASSED, ())
    odd = {**event, "data": {**event["data"], "colour": "blue"}}
    line = {**event["data"]["lines"][0], "uom": "each"}
    bad = {**event, "data": {**event["data"], "lines": [line]}}
    found = drift(
        RECEIPTS,
        [
            (
                "day.jsonl",
                lines(
                    {"address": counted, "message": odd},
                    {"address": counted, "message": bad},
                    {"address": "wms.receipt.guessed", "message": event},
                    {"address": counted, "message": {**event, "type": "wms.receipt.new.v1"}},
                ),
            )
        ],
    )
    assert {f.check for f in found.failures} == {
        "undocumented_field",
        "payload",
        "channel",
        "message",
    }


def test_reports_and_a_process_of_its_own() -> None:
    content = lines(nested(status=418), nested("/invoices/7"))
    found = drift_apart(API, [("log", content)])
    assert found.failures == drift(API, [("log", content)]).failures
    assert all(len(line) <= 80 or "curl" in line for line in render(found, "text").splitlines())
    assert all(render(found, shape) for shape in FORMATS)
    with pytest.raises(Exception, match="holds no exchange"):
        drift_apart(API, [("log", b"nothing")])
