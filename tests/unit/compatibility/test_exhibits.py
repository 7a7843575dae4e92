"""What rules find comes with a request, response or payload that shows it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import compare
from contracts.formats.openapi import serialised
from contracts.verdict import Finding, Json

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
TEXTS = {"type": "array", "items": {"type": "string"}}
KINDS: dict[str, Json] = {
    name: {
        "type": "object",
        "properties": {f"{name}Id": {"type": "string"}, "kind": {"type": "string"}},
    }
    for name in ("cat", "dog", "bird")
}


def document(operation: Json) -> Json:
    operation = {"responses": {"200": {"description": "-"}}, **operation}
    operation["parameters"] = [ID, *operation.get("parameters", ())]
    return {
        "openapi": "3.0.3",
        "info": {"title": "Exhibits", "version": "1"},
        "paths": {"/things/{id}": {"post": operation}},
        "components": {"schemas": KINDS},
    }


def query(name: str, **more: Json) -> Json:
    return {"name": name, "in": "query", "schema": TEXTS, **more}


def form(schema: Json, encoding: Json | None = None, **more: Json) -> Json:
    entry = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": entry}, **more}}


def answer(schema: Json, *types: str, **headers: Json) -> Json:
    content = {name: {"schema": schema} for name in types or ("application/json",)}
    return {"responses": {"200": {"description": "-", "headers": headers, "content": content}}}


def body(schema: Json, *types: str) -> Json:
    content = {name: {"schema": schema} for name in types or ("application/json",)}
    return {"requestBody": {"content": content}}


def one_of(*names: str, told: bool = False) -> Json:
    union: Json = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}
    return {**union, "discriminator": {"propertyName": "kind"}} if told else union


CARD = {
    "type": "object",
    "properties": {
        "card": {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"number": {"type": "string"}}},
            ]
        }
    },
}
DEEP = {"card": {"style": "deepObject", "explode": True}}
HEADER = {"required": True, "schema": {"type": "string"}}

CASES: list[tuple[str, Json, Json, Json, str]] = [
    (
        "required-parameter-added",
        {"parameters": [query("a", required=True)]},
        {"parameters": [query("a", required=True), query("b", required=True)]},
        {"id": 0, "a": []},
        "POST /things/0?a=",
    ),
    (
        "parameter-became-required",
        {"parameters": [query("b")]},
        {"parameters": [query("b", required=True)]},
        {"id": 0},
        "POST /things/0",
    ),
    ("request-body-became-required", form(CARD), form(CARD, required=True), {"id": 0}, "POST"),
    ("required-request-body-added", {}, form(CARD, required=True), {"id": 0}, "POST /things/0"),
    (
        "parameter-serialisation-changed",
        {"parameters": [query("b")]},
        {"parameters": [query("b", explode=False)]},
        ["text", "text"],
        "POST /things/{id}?b=text&b=text",
    ),
    (
        "parameter-serialisation-changed",
        {"parameters": [query("b", style="pipeDelimited", explode=False)]},
        {"parameters": [query("b")]},
        ["text", "text"],
        "?b=text%7Ctext",
    ),
    (
        "part-encoding-changed",
        form(CARD, DEEP),
        form(CARD),
        {"number": "A-1001"},
        "card[number]=A-1001",
    ),
    (
        "part-encoding-changed",
        form(CARD),
        form(CARD, DEEP),
        {"number": "A-1001"},
        "\n\nnumber=A-1001",
    ),
    (
        "parameter-serialisation-changed",
        {"parameters": [{**query("b"), "schema": {}}]},
        {"parameters": [{**query("b", style="deepObject"), "schema": {}}]},
        ["text", "text"],
        "?b=text&b=text",
    ),
    (
        "required-header-removed",
        answer({}, **{"X-A": HEADER, "X-B": HEADER}),
        answer({}, **{"X-B": HEADER}),
        {"X-B": "text"},
        "200\nX-B: text",
    ),
    (
        "header-became-optional",
        answer({}, **{"X-A": HEADER}),
        answer({}, **{"X-A": {"schema": {"type": "string"}}}),
        {},
        "response 200",
    ),
    (
        "response-media-type-removed",
        answer({}, "application/json", "text/csv"),
        answer({}),
        {"Accept": "text/csv"},
        "POST /things/{id}\nAccept: text/csv",
    ),
    (
        "request-media-type-removed",
        body({"type": "string"}, "application/json", "text/csv"),
        body({"type": "string"}),
        {"Content-Type": "text/csv"},
        "Content-Type: text/csv\n\ntext",
    ),
    (
        "alternative-added",
        answer({"type": "object", "properties": {"pet": one_of("cat", "dog")}}),
        answer({"type": "object", "properties": {"pet": one_of("cat", "dog", "bird")}}),
        {"pet": {"birdId": "A-1001"}},
        "birdId",
    ),
    (
        "alternative-removed",
        body(one_of("cat", "dog", "bird")),
        body(one_of("cat", "dog")),
        {"birdId": "A-1001"},
        "birdId",
    ),
    (
        "discriminator-value-added",
        answer(one_of("cat", "dog", told=True)),
        answer(one_of("cat", "dog", "bird", told=True)),
        {"kind": "bird"},
        '"kind": "bird"',
    ),
    (
        "discriminator-value-removed",
        body(one_of("cat", "dog", "bird", told=True)),
        body(one_of("cat", "dog", told=True)),
        {"kind": "bird"},
        '"kind": "bird"',
    ),
]


def found(rule: str, old: Json, new: Json, **more: Any) -> Finding:
    report = compare(document(old), document(new), **more)
    return next(one for one in report.findings if one.rule == rule)


@pytest.mark.parametrize(("rule", "old", "new", "value", "shows"), CASES)
def test_a_rule_shows_what_it_found(
    rule: str, old: Json, new: Json, value: Json, shows: str
) -> None:
    witness = found(rule, old, new).witness
    assert witness is not None
    assert witness.value == value
    assert witness.as_message is not None
    assert shows in witness.as_message
    assert witness.error
    assert {witness.written_by, witness.rejected_by} == {"old", "new"}
    response = "responses" in old and "media-type" not in rule
    assert witness.written_by == ("new" if response else "old")


def test_a_changed_writing_of_words_that_nobody_writes_as_a_list_shows_nothing() -> None:
    plain = {"parameters": [{**query("b"), "schema": {"type": "string"}}]}
    other = {"parameters": [{**query("b", explode=False), "schema": {"type": "string"}}]}
    assert compare(document(plain), document(other)).findings == ()


def test_what_no_value_shows_is_told_without() -> None:
    """A list of at most one item is written alike in both forms."""
    short = {**TEXTS, "maxItems": 1}
    old = {"parameters": [{**query("b"), "schema": short}]}
    new = {"parameters": [{**query("b", explode=False), "schema": short}]}
    assert found("parameter-serialisation-changed", old, new).witness is None


def test_an_alternative_that_readers_declare_under_another_name_is_not_shown() -> None:
    old, new = answer(one_of("cat", "dog")), answer(one_of("cat", "dog", "bird"))
    witness = found("alternative-added", old, new).witness
    assert witness is not None
    takes = jsonschema.Draft202012Validator
    bird = {**KINDS["bird"], "additionalProperties": False}
    assert takes(bird).is_valid(witness.value)
    for name in ("cat", "dog"):
        assert not takes({**KINDS[name], "additionalProperties": False}).is_valid(witness.value)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters=",|\t "), min_size=1, max_size=5)


@settings(derandomize=True, deadline=None, database=None, max_examples=100)
@given(
    st.one_of(
        st.lists(WORDS, min_size=1, max_size=3),
        st.dictionaries(WORDS, WORDS, min_size=1, max_size=3),
    ),
    st.sampled_from(["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
    st.booleans(),
)
def test_what_is_written_in_a_form_is_read_in_it(value: Json, style: str, explode: bool) -> None:
    text = serialised.written("q", value, style, explode=explode)
    assert parse_qsl(text, keep_blank_values=True)
    read = serialised.read("q", text, style, explode=explode, whole=type(value))
    assert read == value
