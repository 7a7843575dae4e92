"""OpenAPI 3.0 said in the words of 3.1 is the same contract, in both directions."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import compare

Json = Any
NAMES = st.sampled_from(["id", "code", "note", "lines", "price"])


def with_more(base: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """The same, perhaps nullable, described, read-only or with an example."""
    more = st.fixed_dictionaries(
        {},
        optional={
            "nullable": st.booleans(),
            "description": st.just("-"),
            "deprecated": st.booleans(),
        },
    )
    return st.builds(lambda one, other: {**one, **other}, base, more)


texts = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "maxLength": st.integers(4, 9),
        "minLength": st.integers(0, 3),
        "pattern": st.sampled_from(["^[a-z]+$", "^x"]),
        "example": st.just("abc"),
    },
)
files = st.sampled_from(
    [
        {"type": "string", "format": "binary"},
        {"type": "string", "format": "byte"},
        {"type": "string", "format": "date"},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "boolean"},
    ]
)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["number", "integer"])},
    optional={
        "minimum": st.integers(0, 3),
        "exclusiveMinimum": st.booleans(),
        "maximum": st.integers(5, 9),
        "exclusiveMaximum": st.booleans(),
        "multipleOf": st.integers(1, 2),
    },
)


def members(children: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    marks = st.sampled_from([{}, {}, {"readOnly": True}, {"writeOnly": True}])
    member = st.builds(lambda one, mark: {**one, **mark}, children, marks)
    return st.fixed_dictionaries(
        {
            "type": st.just("object"),
            "properties": st.dictionaries(NAMES, member, min_size=1, max_size=3),
        },
        optional={
            "required": st.lists(NAMES, unique=True, min_size=1, max_size=2),
            "additionalProperties": st.one_of(st.booleans(), children),
        },
    )


def several(children: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda keyword, parts: {keyword: parts},
        st.sampled_from(["allOf", "anyOf", "oneOf"]),
        st.lists(children, min_size=1, max_size=2),
    )


leaves = with_more(st.one_of(texts, files, numbers))
schemas = st.recursive(
    leaves,
    lambda inner: (
        with_more(
            st.one_of(
                members(inner), st.fixed_dictionaries({"type": st.just("array"), "items": inner})
            )
        )
        | several(inner)
    ),
    max_leaves=5,
)


def rewritten(value: Json) -> Json:
    """A schema of 3.0 in the words of 3.1 (OpenAPI Initiative, migrating from 3.0 to 3.1)."""
    if isinstance(value, list):
        return [rewritten(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: rewritten(item) for key, item in value.items()}
    if not isinstance(found.get("type"), str):
        return found
    if found.pop("nullable", False):
        found["type"] = [found["type"], "null"]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if found.pop(exclusive, False) and bound in found:
            found[exclusive] = found.pop(bound)
    if "example" in found:
        found["examples"] = [found.pop("example")]
    if found.get("format") == "binary":
        del found["format"]
        found["contentMediaType"] = "application/octet-stream"
    elif found.get("format") == "byte":
        found["contentEncoding"] = "base64"
    return found


def document(version: str, schema: Json) -> Json:
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "post": {
                    "requestBody": {"required": True, "content": body},
                    "responses": {"200": {"description": "-", "content": body}},
                }
            }
        },
        "components": {"schemas": {"Thing": schema}},
    }


@settings(max_examples=120, deadline=None)
@given(schemas)
def test_nothing_is_found_between_the_two(schema: Json) -> None:
    older, newer = document("3.0.3", schema), document("3.1.0", rewritten(schema))
    for old, new in ((older, newer), (newer, older)):
        report = compare(old, new)
        assert [f.message for f in report.findings] == [], schema
        assert report.verdict.value == "compatible"


@settings(max_examples=60, deadline=None)
@given(leaves)
def test_a_change_is_found_across_the_two_as_well(schema: Json) -> None:
    changed = {"type": "object", "required": ["x"], "properties": {"x": schema}}
    before = {"type": "object", "properties": {"x": schema}}
    report = compare(document("3.0.3", before), document("3.1.0", rewritten(changed)))
    assert [f.rule for f in report.breaking] == ["property-became-required"]
    assert report.breaking[0].witness is not None
