"""What a consumer was tested with, held against two versions of its provider's contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts import compare
from contracts.documents import from_data, load
from contracts.errors import InvalidContract
from contracts.governance.pact import read_pact
from contracts.verdict import Report, Verdict
from registry.cli.diff import command

STATUS = {"type": "string", "enum": ["open", "closed"]}


def api(order: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Orders, read by id and placed."""
    properties = {"id": {"type": "string"}, "total": {"type": "number"}, "status": STATUS}
    properties |= order or {}
    shown = {"type": "object", "required": [n for n in properties if n != "note"]}
    shown["properties"] = {n: s for n, s in properties.items() if s is not None}
    shown["required"] = list(shown["properties"])
    content = {"application/json": {"schema": shown}}
    placed = {"type": "object", "required": ["item"], "properties": {"item": {"type": "string"}}}
    placed |= changes.get("placed", {})
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    get = {
        "parameters": parameters + changes.get("parameters", []),
        "responses": {changes.get("status", "200"): {"description": "", "content": content}},
    }
    post = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": placed}}},
        "responses": {"201": {"description": ""}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1.0.0"},
        "servers": [{"url": "https://orders.example.org/v1"}],
        "paths": {changes.get("path", "/orders/{id}"): {"get": get}, "/orders": {"post": post}},
    }


READ_V2 = {
    "description": "one order",
    "request": {"method": "get", "path": "/v1/orders/10"},
    "response": {
        "status": 200,
        "body": {"id": "10", "status": "open"},
        "matchingRules": {"$.body.status": {"match": "regex", "regex": "open|closed"}},
    },
}
PLACE = {
    "description": "an order",
    "request": {"method": "POST", "path": "/v1/orders", "body": {"item": "A1"}},
    "response": {"status": 201},
}


def rules(**matchers: Any) -> dict[str, Any]:
    """Version 3 rules of the body, by path."""
    return {"body": {path: {"matchers": [matcher]} for path, matcher in matchers.items()}}


def pact(*interactions: Any, **rest: Any) -> dict[str, Any]:
    """A Pact file of the shop."""
    named = {"consumer": {"name": "shop"}, "provider": {"name": "orders"}}
    return named | ({"interactions": list(interactions)} if interactions else {}) | rest


def judged(pact_: dict[str, Any], new: dict[str, Any], old: dict[str, Any] | None = None) -> Report:
    """What the change from ``old`` means to the shop."""
    shop = read_pact(from_data(pact_)).expectation()
    return compare(old or api(), new, consumers=[shop])


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "nothing changed": (READ_V2, api(), ""),
    "a field it never read goes": (READ_V2, api({"total": None}), ""),
    "a field it never read changes": (READ_V2, api({"total": {"type": "string"}}), ""),
    "a field it reads goes": (READ_V2, api({"id": None}), "interaction-answer-unreadable"),
    "a field it reads changes": (
        READ_V2,
        api({"id": {"type": "integer"}}),
        "interaction-answer-unreadable",
    ),
    "a value its regular expression refuses": (
        READ_V2,
        api({"status": {"type": "string", "enum": ["open", "closed", "lost"]}}),
        "interaction-answer-unreadable",
    ),
    "a value that its type admits": (
        READ_V2 | {"response": {"status": 200, "body": {"status": "open"}}},
        api({"status": {"type": "string", "enum": ["open", "closed", "lost"]}}),
        "",
    ),
    "its operation moves": (READ_V2, api(path="/sales/{id}"), "interaction-not-offered"),
    "its status goes": (READ_V2, api(status="206"), "interaction-status-removed"),
    "a status class still covers it": (READ_V2, api(status="2XX"), ""),
    "a parameter it does not send": (
        READ_V2,
        api(parameters=[{"name": "site", "in": "query", "required": True, "schema": True}]),
        "interaction-parameter-missing",
    ),
    "what it sends is refused": (
        PLACE,
        api(placed={"properties": {"item": {"type": "string", "minLength": 3}}}),
        "interaction-request-refused",
    ),
    "what it sends lacks a member": (
        PLACE,
        api(placed={"required": ["item", "site"]}),
        "interaction-request-refused",
    ),
    "another's request is narrowed": (
        READ_V2,
        api(placed={"required": ["item", "site"]}),
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_breaks_whom_it_breaks(case: str) -> None:
    interaction, new, rule = CASES[case]
    report = judged(pact(interaction), new)
    verdict = report.consumers["shop"]
    assert verdict.verdict is (Verdict.BREAKING if rule else Verdict.COMPATIBLE), verdict.reason
    assert {report.findings[at].rule for at in verdict.findings} == ({rule} if rule else set())
    for at in verdict.findings:
        assert report.findings[at].consumers == ("shop",)


def test_a_break_is_shown_by_a_payload() -> None:
    report = judged(pact(READ_V2), api({"id": {"type": "integer"}}))
    [at] = report.consumers["shop"].findings
    witness = report.findings[at].witness
    assert witness is not None
    assert isinstance(witness.value["id"], int)
    assert report.findings[at].new is not None


def test_what_never_held_is_said_and_weighs_nothing() -> None:
    asked = READ_V2 | {"response": {"status": 200, "body": {"colour": "red"}}}
    verdict = judged(pact(asked, READ_V2), api({"total": None})).consumers["shop"]
    assert verdict.verdict is Verdict.COMPATIBLE
    assert verdict.reason.endswith("1 did not hold before either")


ORDER = {"id": "10", "at": "2026-01-31", "lines": [{"n": 1}], "tags": {"a": 1}}
WRITTEN = {
    "version 2": {
        "$.body.id": {"match": "regex", "regex": "[0-9]+"},
        "$.body.lines": {"match": "type", "min": 1},
        "$.body.lines[*].n": {"match": "integer"},
        "$.body.at": {"match": "date", "date": "yyyy-MM-dd"},
        "$.body.tags": {"match": "values"},
    },
    "version 3": rules(
        **{
            "$.id": {"match": "regex", "regex": "[0-9]+"},
            "$['lines']": {"match": "type", "min": 1},
            "$.lines[*].n": {"match": "integer"},
            "$.at": {"match": "date", "format": "yyyy-MM-dd"},
            "$.tags": {"match": "values"},
        }
    ),
}
READ = {
    "type": "object",
    "required": ["at", "id", "lines", "tags"],
    "properties": {
        "id": {"type": "string", "pattern": "^(?:[0-9]+)$"},
        "at": {"type": "string", "format": "date"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["n"],
                "properties": {"n": {"type": "integer"}},
            },
        },
        "tags": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}


@pytest.mark.parametrize(
    "version", ["version 2", "version 3", "version 4", "message 3", "message 4"]
)
def test_every_version_reads_the_same(version: str) -> None:
    stated = WRITTEN["version 2" if version == "version 2" else "version 3"]
    request = {"method": "GET", "path": "/orders/10"}
    wrapped = {"contentType": "application/json", "encoded": False, "content": ORDER}
    body = wrapped if version == "version 4" else ORDER
    http = {"description": "d", "request": request, "type": "Synchronous/HTTP"}
    http |= {"response": {"status": 200, "body": body, "matchingRules": stated}}
    told = {"description": "d", "matchingRules": stated}
    files = {
        "message 3": pact(messages=[told | {"contents": ORDER, "metaData": {"topic": "t"}}]),
        "message 4": pact(told | {"type": "Asynchronous/Messages", "contents": wrapped}),
    }
    [interaction] = read_pact(from_data(files.get(version, pact(http)))).interactions
    assert interaction.reads == READ


def test_a_message_is_found_by_its_name_and_channel() -> None:
    def events(kind: str) -> dict[str, Any]:
        payload = {"type": "object", "required": ["n"], "properties": {"n": {"type": kind}}}
        return {
            "asyncapi": "3.0.0",
            "info": {"title": "Orders", "version": "1.0.0"},
            "channels": {
                "orders": {"address": "orders.v1", "messages": {"Placed": {"payload": payload}}}
            },
            "operations": {"send": {"action": "send", "channel": {"$ref": "#/channels/orders"}}},
        }

    told = {"description": "an order was placed", "contents": {"n": 1}}
    for message in (
        told | {"metadata": {"topic": "orders.v1"}},
        told | {"description": "Placed"},
    ):
        file = pact(messages=[message])
        assert (
            judged(file, events("integer"), events("number")).consumers["shop"].verdict
            is Verdict.COMPATIBLE
        )
        broken = judged(file, events("string"), events("number")).consumers["shop"]
        assert broken.verdict is Verdict.BREAKING


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ({"consumer": {"name": "a"}}, "not a Pact file"),
        (pact({"request": {}}), "/interactions/0"),
        (pact({"type": "Smoke"}), "no Pact specification names"),
        (pact(READ_V2 | {"response": {"status": "200"}}), "whole number"),
        (pact(READ_V2 | {"response": {"body": 1, "matchingRules": rules(x={})}}), "no path from"),
        (
            pact(
                READ_V2 | {"response": {"body": 1, "matchingRules": rules(**{"$": {"match": "x"}})}}
            ),
            "no Pact specification names",
        ),
    ],
)
def test_what_is_no_pact_is_refused_by_place(file: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidContract, match=place):
        read_pact(load(json.dumps(file).encode(), name="shop.json"))


def test_diff_takes_pacts(tmp_path: Path) -> None:
    files = {
        "old.json": api(),
        "new.json": api({"id": {"type": "integer"}}),
        "p.json": pact(READ_V2),
    }
    for name, data in files.items():
        (tmp_path / name).write_text(json.dumps(data))
    paths = [str(tmp_path / name) for name in ("old.json", "new.json")]
    ran = CliRunner().invoke(command, [*paths, "--consumer", str(tmp_path / "p.json")])
    assert ran.exit_code == 1, ran.output
    assert "interaction-answer-unreadable" in ran.output
    assert "shop" in ran.output
