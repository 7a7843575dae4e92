"""Descriptions without a call or a channel: what they define is compared, in both directions."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from contracts.compatibility.comparing import compare
from contracts.documents import from_data
from contracts.verdict import Verdict

LINE = {
    "type": "object",
    "required": ["sku"],
    "properties": {"sku": {"type": "string"}, "quantity": {"type": "number"}},
}
INFO = {"title": "Shared", "version": "1.0.0"}
OPENAPI = {"openapi": "3.0.3", "info": INFO, "paths": {}}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "OpenAPI": {**OPENAPI, "components": {"schemas": {"Line": LINE}}},
    "OpenAPI 3.1": {"openapi": "3.1.0", "info": INFO, "components": {"schemas": {"Line": LINE}}},
    "Swagger": {"swagger": "2.0", "info": INFO, "paths": {}, "definitions": {"Line": LINE}},
    "AsyncAPI": {"asyncapi": "3.0.0", "info": INFO, "components": {"schemas": {"Line": LINE}}},
}


def _line(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"] if "components" in document else None
    found: dict[str, Any] = schemas if schemas is not None else document["definitions"]
    return found


def _both(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return deepcopy(DOCUMENTS[name]), deepcopy(DOCUMENTS[name])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_narrower_member_breaks_who_writes(name: str) -> None:
    old, new = _both(name)
    _line(new)["Line"]["properties"]["quantity"]["minimum"] = 1
    report = compare(from_data(old), from_data(new))
    assert report.verdict is Verdict.BREAKING
    assert "direction-undeclared" in report.assumptions
    assert [f.rule for f in report.findings if f.witness is not None] == ["minimum-raised"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_wider_member_breaks_who_reads(name: str) -> None:
    old, new = _both(name)
    _line(new)["Line"]["properties"]["quantity"]["type"] = ["number", "string"]
    if name in {"OpenAPI", "Swagger"}:
        _line(new)["Line"]["properties"]["quantity"] = {}
    report = compare(from_data(old), from_data(new))
    assert report.verdict is Verdict.BREAKING
    assert any(f.witness is not None for f in report.findings)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_definition_that_goes_breaks_who_refers_to_it(name: str) -> None:
    old, new = _both(name)
    _line(new)["Other"] = _line(new).pop("Line") | {"description": "new", "maxProperties": 3}
    report = compare(from_data(old), from_data(new))
    assert [f.message for f in report.findings if f.rule == "definition-removed"] == [
        "schema Line was removed"
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_same_is_compatible(name: str) -> None:
    old, new = _both(name)
    _line(new)["Line"]["description"] = "said otherwise"
    _line(new)["Added"] = {"type": "string"}
    assert compare(from_data(old), from_data(new)).verdict is Verdict.COMPATIBLE


def test_a_document_with_calls_is_compared_by_its_calls() -> None:
    old, new = _both("OpenAPI")
    for document in (old, new):
        document["paths"] = {"/x": {"get": {"responses": {"204": {"description": "none"}}}}}
    _line(new)["Line"]["properties"]["quantity"]["minimum"] = 1
    assert compare(from_data(old), from_data(new)).verdict is Verdict.COMPATIBLE


def _messages() -> tuple[dict[str, Any], dict[str, Any]]:
    placed = {
        "name": "order.placed",
        "contentType": "application/json",
        "headers": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        "payload": {"$ref": "#/components/schemas/Line"},
    }
    old = {**DOCUMENTS["AsyncAPI"], "components": {"schemas": {"Line": LINE}}}
    old["components"]["messages"] = {"placed": placed, "other": {"payload": {"type": "string"}}}
    return deepcopy(old), deepcopy(old)


def test_messages_that_are_only_defined_are_compared_in_both_directions() -> None:
    old, new = _messages()
    assert not compare(from_data(old), from_data(new)).findings
    new["components"]["messages"]["placed"]["headers"]["required"] = []
    (finding,) = compare(from_data(old), from_data(new)).findings
    assert finding.rule == "property-became-optional"
    assert finding.where == ("sent message order.placed headers",)
    assert finding.witness is not None
    assert "headers: {}" in (finding.witness.as_message or "")


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_a_message_that_goes_or_has_another_type_breaks_whoever_refers_to_it(version: str) -> None:
    old, new = _messages()
    old["asyncapi"] = new["asyncapi"] = version
    new["components"]["messages"]["placed"]["contentType"] = "application/xml"
    del new["components"]["messages"]["other"]
    report = compare(from_data(old), from_data(new))
    assert {f.rule for f in report.breaking} == {
        "message-content-type-changed",
        "definition-removed",
    }


def test_a_schema_in_another_language_is_compared_too() -> None:
    old, new = _messages()
    for made, kind in ((old, "string"), (new, "int")):
        avro = {"type": "record", "name": "Lot", "fields": [{"name": "id", "type": kind}]}
        made["components"]["schemas"]["Lot"] = {
            "schemaFormat": "application/vnd.apache.avro",
            "schema": avro,
        }
    report = compare(from_data(old), from_data(new))
    assert {f.rule for f in report.findings} == {"avro-type-mismatch"}
