"""Operations that say the same in both versions are not unfolded: nothing else may come of that.

Each case is compared twice, once as it is and once with every part unfolded; the reports, order
included, have to be equal.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.exchanges import Unopened
from contracts.formats.openapi.payloads import Bodies, PathItem
from contracts.verdict import Report

Json = Any
Edit = Callable[[Json], None]

THING = {"type": "object", "properties": {"id": {"type": "string", "maxLength": 20}}}
REF = {"$ref": "#/components/schemas/Thing"}


def _third() -> Json:
    def operation(name: str) -> Json:
        content = {"application/json": {"schema": REF}, "application/xml": {"schema": REF}}
        return {
            "operationId": name,
            "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
            "requestBody": {"content": content},
            "responses": {
                "200": {"description": "good", "content": content},
                "4XX": {"$ref": "#/components/responses/Bad"},
                "204": {"description": "no content", "content": content},
            },
        }

    return {
        "openapi": "3.0.3",
        "info": {"title": "things", "version": "1"},
        "paths": {f"/things{n}/{{id}}": {"post": operation(f"make{n}")} for n in range(4)},
        "components": {
            "schemas": {"Thing": THING, "Problem": {"type": "object", "properties": {"of": REF}}},
            "responses": {
                "Bad": {
                    "description": "bad",
                    "headers": {"X-Left": {"schema": {"type": "integer"}}},
                    "content": {
                        "application/problem+json": {
                            "schema": {"$ref": "#/components/schemas/Problem"}
                        }
                    },
                }
            },
        },
    }


def _second() -> Json:
    ref = {"$ref": "#/definitions/Thing"}
    operation = {
        "parameters": [
            {"name": "body", "in": "body", "schema": ref},
            {"name": "q", "in": "query", "type": "string"},
        ],
        "responses": {"200": {"description": "good", "schema": ref}},
    }
    return {
        "swagger": "2.0",
        "info": {"title": "things", "version": "1"},
        "consumes": ["application/json"],
        "produces": ["application/json", "application/yaml"],
        "paths": {
            f"/things{n}": {method: copy.deepcopy(operation) for method in ("put", "get")}
            for n in range(3)
        },
        "definitions": {"Thing": THING},
    }


def _change(*ways: tuple[tuple[str, ...], Json]) -> Edit:
    def edit(data: Json) -> None:
        for way, value in ways:
            at = data
            for name in way[:-1]:
                at = at[int(name) if isinstance(at, list) else name]
            at[int(way[-1]) if isinstance(at, list) else way[-1]] = value

    return edit


_LENGTH = ("properties", "id", "maxLength")
_SHORTER = (("components", "schemas", "Thing", *_LENGTH), 5)
_OPERATION = ("paths", "/things1/{id}", "post")
_BAD = ("components", "responses", "Bad")
_PUT = ("paths", "/things1", "put")
_SECOND = (("definitions", "Thing", *_LENGTH), 5)

_CONTENT = (*_OPERATION, "responses", "200", "content")
_BODY = (*_OPERATION, "requestBody", "content")
_NEW_PARAMETER = {"name": "more", "in": "query", "type": "string"}
_OF_BODY = {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Thing"}}

CASES: dict[str, tuple[Callable[[], Json], Edit, int]] = {
    "a component": (_third, _change(_SHORTER), 4),
    "and words": (_third, _change(_SHORTER, ((*_OPERATION, "summary"), "text")), 4),
    "and tags": (_third, _change(_SHORTER, ((*_OPERATION, "tags"), ["things"])), 4),
    "and a mark": (_third, _change(_SHORTER, ((*_OPERATION, "x-visible"), {"to": 1})), 4),
    "and an example": (
        _third,
        _change(_SHORTER, ((*_CONTENT, "application/json", "example"), {"id": "one"})),
        4,
    ),
    "and the name of an operation": (
        _third,
        _change(_SHORTER, ((*_OPERATION, "operationId"), "produce")),
        3 + 2,
    ),
    "and a schema in its place": (
        _third,
        _change(_SHORTER, ((*_CONTENT, "application/xml", "schema"), {"type": "object"})),
        4,
    ),
    "and an operation": (_third, _change(_SHORTER, ((*_OPERATION, "deprecated"), True)), 3 + 2),
    "and a parameter": (
        _third,
        _change(_SHORTER, ((*_OPERATION, "parameters", "0", "required"), True)),
        3 + 2,
    ),
    "and a body that is required": (
        _third,
        _change(_SHORTER, ((*_OPERATION, "requestBody", "required"), True)),
        3 + 1,
    ),
    "and a media type of an answer": (
        _third,
        _change(_SHORTER, ((*_CONTENT, "text/plain"), {"schema": REF})),
        3,
    ),
    "and how a part is written": (
        _third,
        _change(_SHORTER, ((*_BODY, "application/xml", "encoding"), {"id": {"style": "form"}})),
        3,
    ),
    "and an answer": (
        _third,
        _change(_SHORTER, ((*_OPERATION, "responses", "500"), {"description": "sorry"})),
        3 + 1,
    ),
    "and a path that came": (_third, _change(_SHORTER, (("paths", "/new"), {"get": {}})), 4),
    "and a response that all refer to": (
        _third,
        _change(_SHORTER, ((*_BAD, "headers", "X-Left", "schema", "maximum"), 9)),
        4,
    ),
    "and what all ask for": (_third, _change(_SHORTER, (("security",), [{"key": []}])), 2 * 4),
    "and the servers": (_third, _change(_SHORTER, (("servers",), [{"url": "/v2"}])), 4),
    "a definition": (_second, _change(_SECOND), 3),
    "and a media type": (_second, _change(_SECOND, (("produces",), ["application/json"])), 0),
    "and a new parameter beside a body": (
        _second,
        _change(_SECOND, ((*_PUT, "parameters"), [_NEW_PARAMETER, _OF_BODY])),
        2 + 2,
    ),
    "and what an operation takes": (_second, _change(_SECOND, ((*_PUT, "consumes"), ["a/b"])), 3),
    "a required member": (
        _third,
        _change((("components", "schemas", "Thing", "required"), ["id"])),
        4,
    ),
}


def _unfolded(old: Json, new: Json, monkeypatch: pytest.MonkeyPatch) -> Report:
    with monkeypatch.context() as patch:
        patch.setattr(Unopened, "of", lambda *_: None)
        return compare(old, new)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_the_report_is_the_same(name: str, turned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    make, edit, unopened = CASES[name]
    old, new = make(), copy.deepcopy(make())
    edit(new)
    if turned:
        old, new = new, old
    seen: list[object] = []

    def counted(read: Any) -> Any:
        def payloads(self: Any, *others: Any) -> Any:
            found = read(self, *others)
            seen.extend([found] if found is not None else [])
            return found

        return payloads

    with monkeypatch.context() as patch:
        for kind in (PathItem, Bodies):
            patch.setattr(kind, "payloads", counted(kind.payloads))
        report = compare(old, new)
    assert report == _unfolded(old, new, monkeypatch)
    assert report.findings
    assert len(seen) == unopened


@pytest.mark.parametrize("mode", ["backward", "forward", "full"])
def test_in_every_mode(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = _third(), copy.deepcopy(_third())
    _change(_SHORTER)(new)
    report = compare(old, new, mode=mode)
    monkeypatch.setattr(Unopened, "of", lambda *_: None)
    assert report == compare(old, new, mode=mode)


MORE: dict[str, tuple[tuple[str, ...], Json]] = {
    "a reference to a path": (("paths", "/things1/{id}"), {"$ref": "#/paths/~1things2~1{id}"}),
    "two paths of one template": (("paths", "/things1/{other}"), {"post": {"responses": {}}}),
    "a callback": ((*_OPERATION, "callbacks"), {"done": {"{$url}": {"post": {"responses": {}}}}}),
    "a parameter without a name": ((*_OPERATION, "parameters", "0"), {"in": "query"}),
    "a form": ((*_OPERATION, "requestBody", "content", "application/xml", "encoding"), {"a": {}}),
    "a form with headers": (
        (*_OPERATION, "requestBody", "content", "application/xml", "encoding"),
        {"a": {"headers": {"X-A": {"schema": REF}}}},
    ),
    "a list item by item": (
        (*_OPERATION, "responses", "200", "content", "application/jsonl"),
        {"schema": {"type": "array", "items": REF}},
    ),
    "one media type in two spellings": (
        (*_OPERATION, "responses", "200", "content", "Application/JSON"),
        {"schema": REF},
    ),
    "a status that is none": ((*_OPERATION, "responses", "205x"), "text"),
    "a schema that is none": (
        (*_OPERATION, "responses", "200", "content", "application/xml", "schema"),
        [],
    ),
    "a parameter with content": (
        (*_OPERATION, "parameters", "0"),
        {"in": "query", "name": "q", "content": {"application/json": {"schema": REF}}},
    ),
    "a parameter of the component": (
        (*_OPERATION, "parameters", "0"),
        {"in": "query", "name": "q", "schema": REF},
    ),
    "a day that is none": ((*_OPERATION, "x-sunset"), "soon"),
    "its own servers": ((*_OPERATION, "servers"), [{"url": "/other"}]),
    "servers without an address": ((*_OPERATION, "servers"), [{"name": "other"}]),
    "a reference to nothing": ((*_OPERATION, "requestBody"), {"$ref": "#/components/nothing"}),
    "a reference in a circle": (_BAD, {"$ref": "#/components/responses/Bad"}),
    "a header of the component": ((*_BAD, "headers", "X-Left", "schema"), REF),
    "an answer before all requests": (
        ("paths", "/things0/{id}", "post"),
        {"responses": {"200": {"content": {"application/json": {"schema": REF}}}}},
    ),
    "links": ((*_BAD, "links"), {"next": {"operationId": "make1"}}),
}


@pytest.mark.parametrize("name", MORE)
def test_what_else_an_operation_may_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old = _third()
    _change(MORE[name])(old)
    new = copy.deepcopy(old)
    _change(_SHORTER, (("components", "schemas", "Thing", "properties", "extra"), {}))(new)
    assert compare(old, new) == _unfolded(old, new, monkeypatch)
