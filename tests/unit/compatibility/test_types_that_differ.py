"""Schemas whose types differ: what both take is compared inside, the rest is asked about."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest

from contracts import compare
from contracts.documents import Resolver, from_data
from contracts.schema import Dialect, Options, Prover, SchemaAt
from contracts.verdict import Direction, Level, Verdict

Json = Any
PLACES = {
    Direction.REQUEST: "/paths/~1a/post/requestBody/content/application~1json/schema",
    Direction.RESPONSE: "/paths/~1a/post/responses/200/content/application~1json/schema",
}
TYPES = ["array", "object", "null", "string", "integer", "number"]
LEAVES: list[Json] = [{"type": "string"}, {"type": "string", "maxLength": 3}, {"type": "integer"}]


def a_schema(r: Random, depth: int = 2) -> Json:
    if not depth or r.random() < 0.2:
        return dict(r.choice(LEAVES))
    types = r.sample(TYPES, r.randint(1, 3))
    schema: Json = {"type": types if len(types) > 1 or r.random() < 0.5 else types[0]}
    if r.random() < 0.8:
        schema["items"] = a_schema(r, depth - 1)
    if r.random() < 0.8:
        schema["properties"] = {n: a_schema(r, depth - 1) for n in r.sample("ab", r.randint(1, 2))}
    for keyword, values in (
        ("required", (["a"],)),
        ("additionalProperties", (False, {"type": "string"})),
        ("minItems", (1,)),
        ("maxLength", (3,)),
        ("contains", ({"type": "string"},)),
        ("enum", (["x", None, []],)),
    ):
        if r.random() < 0.1:
            schema[keyword] = r.choice(values)
    return schema


def changed(r: Random, value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    found = {name: changed(r, inner) for name, inner in value.items()}
    if isinstance(found.get("type"), list) and r.random() < 0.5:
        found["type"] = sorted({*found["type"]} ^ {r.choice(TYPES)}) or ["null"]
    elif found.get("type") == "string" and r.random() < 0.2:
        found["maxLength"] = 2
    elif isinstance(found.get("type"), str) and r.random() < 0.2:
        found["type"] = r.choice(TYPES)
    return found


def document(body: Json, direction: Direction, version: str = "3.1.0") -> Json:
    content = {"content": {"application/json": {"schema": body}}}
    operation: Json = {"responses": {"200": {"description": "-", **content}}}
    if direction is Direction.REQUEST:
        operation = {"requestBody": content, "responses": {"204": {"description": "-"}}}
    info = {"title": "Types", "version": "1"}
    return {"openapi": version, "info": info, "paths": {"/a": {"post": operation}}}


def of_the_whole(old: Json, new: Json, direction: Direction) -> Verdict:
    sides = []
    for data in (old, new) if direction is Direction.REQUEST else (new, old):
        found = from_data(data)
        sides.append(SchemaAt(found, PLACES[direction], Dialect.OPENAPI31, Resolver(found)))
    return Prover(Options.for_api(direction)).contains(*sides, direction=direction).verdict


def a_pair(seed: int) -> tuple[Json, Json, Direction]:
    r = Random(seed)
    body = a_schema(r)
    new = changed(r, copy.deepcopy(body))
    direction = r.choice(sorted(PLACES))
    return document(body, direction), document(new, direction), direction


@pytest.mark.parametrize("block", range(4))
def test_the_answer_is_that_for_the_whole(block: int) -> None:
    for seed in range(block * 150, (block + 1) * 150):
        old, new, direction = a_pair(seed)
        heavy = [f for f in compare(old, new).findings if f.level in (Level.ERROR, Level.UNKNOWN)]
        shown = {f.level for f in heavy if f.witness is not None or f.level is Level.UNKNOWN}
        assert Level.UNKNOWN not in shown, seed
        breaking = of_the_whole(old, new, direction) is Verdict.BREAKING
        assert (Level.ERROR in shown) is breaking, seed


def test_a_list_that_may_be_null_now_tells_what_its_items_lost_where_they_are() -> None:
    item = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    old = {"type": "array", "items": item}
    new = {"type": "array", "nullable": True, "items": {**item, "required": []}}
    sides = [document(body, Direction.RESPONSE, "3.0.3") for body in (old, new)]
    heavy = [f for f in compare(*sides).findings if f.level is Level.ERROR]
    assert {f.rule: f.witness.value for f in heavy if f.witness} == {
        "null-possible": None,
        "property-became-optional": [{}],
    }


def test_what_stands_inside_of_a_type_that_only_readers_take_is_no_break() -> None:
    old = {"type": ["array"], "items": {"type": "string"}, "properties": {"a": {"type": "string"}}}
    new = {**old, "type": ["array", "object"], "properties": {"a": {"type": "integer"}}}
    found = compare(*(document(body, Direction.REQUEST) for body in (old, new)))
    assert not [f for f in found.findings if f.level in (Level.ERROR, Level.UNKNOWN)]


@pytest.mark.parametrize("types", [[{}], ["array", 1], [], ["array", "array"], "list", None])
def test_types_that_are_no_types_end_no_comparison(types: Json) -> None:
    old = {"type": "array", "items": {"type": "string"}}
    new = {"type": types, "items": {"type": "integer"}}
    assert compare(document(old, Direction.REQUEST), document(new, Direction.REQUEST)).findings
