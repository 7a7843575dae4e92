"""Alternatives of objects in APIs: refactored they are the same, and changes in them are shown."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest

from contracts import compare
from contracts.verdict import Level

Json = Any
NAMES = ["kind", "a", "b", "c", "d"]
SCALARS: list[Json] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "string", "enum": ["x", "y"]},
    {"type": "string", "maxLength": 5},
    {"type": "boolean"},
    {"type": ["string", "null"]},
    {"const": "x"},
]


def an_object(r: Random, depth: int) -> Json:
    names = r.sample(NAMES, r.randint(0, 3))
    schema: dict[str, Json] = {"type": "object"}
    if names or r.random() < 0.5:
        schema["properties"] = {name: a_schema(r, depth - 1) for name in names}
    if r.random() < 0.5:
        schema["required"] = r.sample(NAMES, r.randint(1, 2))
    chance = r.random()
    if chance < 0.25:
        schema["additionalProperties"] = chance > 0.15 and r.choice(SCALARS)
    return schema


def a_schema(r: Random, depth: int) -> Json:
    if depth <= 0 or r.random() < 0.3:
        return dict(r.choice(SCALARS))
    chance = r.random()
    if chance < 0.45:
        return an_object(r, depth)
    if chance < 0.55:
        return {"type": "array", "items": a_schema(r, depth - 1)}
    parts = [an_object(r, depth - 1) for _ in range(r.randint(1, 3))]
    union = {r.choice(["oneOf", "oneOf", "anyOf", "allOf"]): parts}
    return {**union, **an_object(r, 1)} if r.random() < 0.3 else union


def refactored(r: Random, schema: Json, components: dict[str, Json]) -> Json:
    """The same in other words: shuffled, described, extracted, wrapped."""
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Json] = {}
    for key in r.sample(list(schema), len(schema)):
        value = schema[key]
        if key == "properties":
            value = {name: refactored(r, part, components) for name, part in value.items()}
        elif key in ("oneOf", "anyOf", "allOf"):
            value = [refactored(r, part, components) for part in r.sample(value, len(value))]
        elif key in ("items", "additionalProperties"):
            value = refactored(r, value, components)
        found[key] = value
    chance = r.random()
    if chance < 0.2:
        return {"description": "-", **found}
    if chance < 0.4:
        name = f"S{len(components)}"
        components[name] = found
        return {"$ref": f"#/components/schemas/{name}"}
    return {"allOf": [found]} if chance < 0.5 else found


def changed(r: Random, schema: Json) -> Json:
    """The schema with one of its parts tightened, loosened or replaced."""
    whole = copy.deepcopy(schema)
    parts: list[dict[str, Json]] = []

    def collect(part: Json) -> None:
        if isinstance(part, list):
            for one in part:
                collect(one)
        elif isinstance(part, dict):
            parts.append(part)
            for key, inner in part.items():
                collect(list(inner.values()) if key == "properties" else inner)

    collect(whole)
    part = r.choice(parts)
    if part.get("type") == "object":
        part.setdefault("properties", {})[r.choice(NAMES)] = dict(r.choice(SCALARS))
    elif "oneOf" in part:
        part["oneOf"].append(an_object(r, 1))
    elif not {"anyOf", "allOf"} & part.keys():
        part.clear()
        part.update(r.choice(SCALARS))
    return whole


def document(schema: Json, components: dict[str, Json], *, sent: bool) -> Json:
    content = {"application/json": {"schema": schema}}
    body = {"requestBody": {"required": True, "content": content}} if sent else {}
    answer = {} if sent else {"content": content}
    operation = {**body, "responses": {"200": {"description": "-", **answer}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Unions", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": components},
    }


@pytest.mark.parametrize("sent", [True, False], ids=["request", "response"])
@pytest.mark.parametrize("seed", range(60))
def test_a_refactoring_gives_nothing(seed: int, sent: bool) -> None:
    r, components = Random(seed), dict[str, Json]()
    schema = a_schema(r, 3)
    other = refactored(r, schema, components)
    sides = [document(schema, {}, sent=sent), document(other, components, sent=sent)]
    for old, new in (sides, reversed(sides)):
        assert compare(old, new).verdict.value == "compatible"


@pytest.mark.parametrize("sent", [True, False], ids=["request", "response"])
@pytest.mark.parametrize("seed", range(60))
def test_a_change_is_decided_and_shown(seed: int, sent: bool) -> None:
    r = Random(seed)
    schema = a_schema(r, 3)
    report = compare(document(schema, {}, sent=sent), document(changed(r, schema), {}, sent=sent))
    told = {f.rule for f in report.findings if f.level is Level.ERROR and f.witness is None}
    assert told <= {"alternative-added", "alternative-removed"}
    assert not [f.message for f in report.findings if f.level is Level.UNKNOWN]
