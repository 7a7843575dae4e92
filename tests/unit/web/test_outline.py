"""Documents laid out for reading: the shipped ones whole, hostile ones within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.documents import load
from contracts.governance.shelf import read_library
from registry.web.outline import Field, Outline, outline
from registry.web.outline.document import MOST_ENTRIES, Entry
from registry.web.outline.fields import MOST


def fields(found: Outline) -> Iterator[Field]:
    for entry in found.entries:
        yield from below(entry.parameters)
        yield from payload_fields(entry)


def payload_fields(entry: Entry) -> Iterator[Field]:
    for payload in (*entry.inputs, *entry.outputs):
        yield from below(payload.fields)


def below(items: tuple[Field, ...]) -> Iterator[Field]:
    for item in items:
        yield item
        yield from below(item.children)


SHIPPED = [item.path for shelved in read_library().contracts for item in shelved.versions]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_every_shipped_document_is_laid_out_with_its_lines(path: Any) -> None:
    document = load(path)
    kind = path.name.split(".")[-2]
    found = outline(document.data, kind, document.line)
    assert found.title
    assert found.entries
    shown = [field for entry in found.entries for field in payload_fields(entry)]
    assert shown
    lines = document.raw.decode().splitlines()
    for field in shown:
        if ": " not in field.name:
            assert field.line is not None
            assert field.name in lines[field.line - 1]


def test_rules_of_a_value_are_said_in_words() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": ["string", "null"], "maxLength": 20, "pattern": "^x$"},
            "b": {"type": "array", "items": {"$ref": "#/$defs/B"}, "maxItems": 3},
            "c": {"oneOf": [{"title": "One", "properties": {"d": {"const": 1}}}, {"type": "null"}]},
            "e": {"enum": list(range(30)), "deprecated": True},
        },
        "$defs": {"B": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}}},
    }
    found = {f.name: f for f in fields(outline(schema, "jsonschema", lambda _: None))}
    assert (found["a"].type, found["a"].required) == ("string or null", True)
    assert found["a"].constraints == ("at most 20 characters", "matches ^x$")
    assert found["b"].type == "array of B: object" or found["b"].type == "array of object"
    assert found["n"].constraints == ("≥ 0",)
    assert found["one of: One"].children[0].constraints == ("always 1",)
    assert found["e"].deprecated
    assert found["e"].constraints[0].endswith("and 18 more")


def loop() -> dict[str, Any]:
    return {"properties": {"again": {"$ref": "#"}, "both": {"allOf": [{"$ref": "#"}] * 9}}}


def wide() -> dict[str, Any]:
    part = {"properties": {f"p{n}": {"$ref": "#/$defs/part"} for n in range(60)}}
    return {"$defs": {"part": part}, "$ref": "#/$defs/part"}


def deep() -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(400):
        schema = {"type": "array", "items": {"properties": {"x": schema}}}
    return schema


def dangling() -> dict[str, Any]:
    return {
        "properties": {"a": {"$ref": "#/nowhere"}, "b": {"$ref": "http://x/y"}, "c": {"$ref": 7}}
    }


def circle() -> dict[str, Any]:
    return {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}


@pytest.mark.parametrize("make", [loop, wide, deep, dangling, circle])
@pytest.mark.parametrize("kind", ["jsonschema", "openapi", "asyncapi"])
def test_wild_schemas_end(make: Any, kind: str) -> None:
    schema = make()
    documents = {
        "jsonschema": schema,
        "openapi": {
            "paths": {"/x": {"post": {"requestBody": {"content": {"a/b": {"schema": schema}}}}}},
            "$defs": schema.get("$defs", {}),
        },
        "asyncapi": {
            "channels": {"c": {"messages": {"m": {"payload": schema}}}},
            "$defs": schema.get("$defs", {}),
        },
    }
    found = outline(documents[kind], kind, lambda _: 1)
    assert sum(1 for _ in fields(found)) <= MOST + 100


@pytest.mark.parametrize(
    "data",
    [None, [], 1, "x", {}, {"paths": []}, {"paths": {"/a": 1}}, {"paths": {"/a": {"get": []}}},
     {"paths": {"/a": {"get": {"parameters": 1, "responses": [1], "requestBody": "x"}}}},
     {"operations": {"a": 1}}, {"operations": {"a": {"channel": 1, "messages": [1]}}},
     {"channels": {"a": {"messages": [1], "publish": 2}}}, {"properties": {"a": 1, "b": True}},
     {"properties": 1, "required": 2, "allOf": 3, "items": 4, "enum": 5, "type": {"x": 1}}],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["jsonschema", "openapi", "asyncapi", "avro"])
def test_whatever_stands_there_is_no_fault(data: Any, kind: str) -> None:
    assert isinstance(outline(data, kind, lambda _: None), Outline)


def test_a_flood_of_operations_is_cut_and_says_so() -> None:
    paths = {f"/p{n}": {"get": {"responses": {}}} for n in range(2 * MOST_ENTRIES)}
    found = outline({"paths": paths}, "openapi", lambda _: None)
    assert len(found.entries) == MOST_ENTRIES
    assert found.cut
