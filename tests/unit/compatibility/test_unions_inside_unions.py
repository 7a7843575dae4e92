"""Unions of objects inside of unions: who reads a member, and the answer of the whole union."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.spots import Spot
from contracts.compatibility.told_apart import Parted, ToldApart
from contracts.documents import Resolver, from_data
from contracts.schema import Dialect, Options, Prover, SchemaAt
from contracts.verdict import Direction, Level, Verdict

Json = Any
SHARED = "#/components/schemas/"
LEAVES: list[Json] = [
    {"type": "string"},
    {"type": "string", "maxLength": 3},
    {"type": "integer"},
    {"enum": ["x", "y"]},
    {"type": "boolean"},
]
OTHERS: list[Json] = [
    {"type": "null"},
    {"type": "string"},
    {"type": "array", "items": {"$ref": f"{SHARED}A"}},
]
PLACES = {
    Direction.REQUEST: "/paths/~1a/post/requestBody/content/application~1json/schema",
    Direction.RESPONSE: "/paths/~1a/post/responses/200/content/application~1json/schema",
}


def reference(name: str) -> Json:
    return {"$ref": SHARED + name}


def an_object(r: Random) -> Json:
    names = r.sample("abcde", r.randint(1, 2))
    schema: Json = {"type": "object", "properties": {n: dict(r.choice(LEAVES)) for n in names}}
    required = [name for name in names if r.random() < 0.7]
    if r.random() < 0.2:
        schema["properties"]["kind"] = {"enum": [r.choice("pq")]}
        required.append("kind")
    if required:
        schema["required"] = required
    if r.random() < 0.2:
        schema["additionalProperties"] = False
    return schema


def a_union(r: Random, depth: int, keyword: str) -> Json:
    parts: list[Json] = []
    for _ in range(r.randint(1, 3)):
        chance = r.random()
        if depth and chance < 0.25:
            parts.append(a_union(r, depth - 1, keyword))
        elif depth and chance < 0.5:
            parts.append(reference(r.choice("UV")))
        elif chance < 0.9:
            parts.append(reference(r.choice("ABCD")))
        else:
            parts.append(r.choice(OTHERS))
    return {keyword: parts}


def changed(r: Random, value: Json) -> Json:
    if isinstance(value, list):
        items = [changed(r, item) for item in value]
        if len(items) > 1 and r.random() < 0.05:
            items.pop(r.randrange(len(items)))
        return items
    if not isinstance(value, dict):
        return value
    found = {k: v if k == "enum" else changed(r, v) for k, v in value.items()}
    if found.get("type") == "object" and r.random() < 0.3:
        chance, properties = r.random(), found["properties"]
        if chance < 0.4:
            properties[r.choice("abcde")] = dict(r.choice(LEAVES))
        elif chance < 0.6 and properties:
            properties.pop(r.choice(sorted(properties)))
        elif chance < 0.8:
            other = {r.choice(["a", "b", "kind"])}
            found["required"] = sorted({*found.get("required", ())} ^ other) or ["a"]
        else:
            found["additionalProperties"] = r.random() < 0.5
    return found


def document(body: Json, shared: Json, direction: Direction) -> Json:
    content = {"content": {"application/json": {"schema": body}}}
    operation: Json = {"responses": {"200": {"description": "-", **content}}}
    if direction is Direction.REQUEST:
        operation = {"requestBody": content, "responses": {"204": {"description": "-"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Inside", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": shared},
    }


def of_the_whole(old: Json, new: Json, direction: Direction) -> Verdict:
    sides = []
    for data in (old, new) if direction is Direction.REQUEST else (new, old):
        found = from_data(data)
        sides.append(SchemaAt(found, PLACES[direction], Dialect.OPENAPI31, Resolver(found)))
    return Prover(Options.for_api(direction)).contains(*sides, direction=direction).verdict


def a_pair(seed: int) -> tuple[Json, Json, Direction]:
    r = Random(seed)
    keyword = "anyOf" if r.random() < 0.8 else "oneOf"
    shared = {name: an_object(r) for name in "ABCD"}
    shared["U"] = {keyword: [reference(name) for name in r.sample("ABCD", 2)]}
    shared["V"] = {keyword: [reference("U"), reference(r.choice("ABCD"))]}
    body = a_union(r, 2, keyword)
    new = changed(r, copy.deepcopy({"body": body, "shared": shared}))
    direction = r.choice(sorted(PLACES))
    return (
        document(body, shared, direction),
        document(new["body"], new["shared"], direction),
        direction,
    )


FOUND = (631, 1067, 2402, 2859, 3023, 3078, 4345, 5145, 5205, 5552, 5571, 6279, 6501)
"""Pairs on which a reading that looks at too few alternatives beside one is wrong."""


@pytest.mark.parametrize("block", range(4))
def test_the_answer_is_that_for_the_whole(block: int) -> None:
    for seed in (*range(block * 50, (block + 1) * 50), *FOUND[block::4]):
        old, new, direction = a_pair(seed)
        heavy = [f for f in compare(old, new).findings if f.level in (Level.ERROR, Level.UNKNOWN)]
        told = [f for f in heavy if not f.rule.startswith("alternative-")]
        if len(told) == len(heavy):
            breaking = of_the_whole(old, new, direction) is Verdict.BREAKING
            assert any(f.level is Level.ERROR for f in told) is breaking, seed
            assert not any(f.level is Level.UNKNOWN for f in told), seed


def parted(old: Json, new: Json, *, tolerant: bool = False) -> Parted | None:
    spots = []
    for value in (old, new):
        found = from_data(value)
        spots.append(Spot(found, "", value, SchemaAt(found, "", Dialect.OPENAPI31)))
    apart = ToldApart(
        lambda _: True, lambda one, other: False, declared_only=True, tolerant=tolerant
    )
    return apart.parted(*spots)


def of(name: str, *more: str, closed: bool = False) -> Json:
    schema: Json = {"type": "object", "required": [name]}
    schema["properties"] = {each: {"type": "string"} for each in (name, *more)}
    return {**schema, "additionalProperties": False} if closed else schema


def any_of(*parts: Json) -> Json:
    return {"anyOf": list(parts)}


def test_each_alternative_of_a_union_inside_is_compared_by_itself() -> None:
    """Nothing tells them apart, but what each of them declares is its own."""
    old = any_of(any_of(of("a"), of("b"), any_of(of("c"), of("d"))), {"type": "null"})
    new = any_of(any_of(of("a", "more"), of("b"), any_of(of("c"), of("d"))), {"type": "null"})
    found = parted(old, new)
    assert found is not None
    assert not found.tangled
    assert not found.rest
    assert len(found.pairs) + len(found.doubtful) == 5


def test_a_member_that_another_alternative_inside_declares_may_be_read_by_it() -> None:
    old = any_of(any_of(of("a"), of("x")), of("b", "x"))
    found = parted(old, any_of(any_of(of("a", "more"), of("x")), of("b", "x")))
    assert found is not None
    assert {row[0].pointer for row in found.tangled if row[0]} == {"/anyOf/0/anyOf/0", "/anyOf/1"}


@pytest.mark.parametrize("tolerant", [False, True])
def test_a_closed_alternative_takes_nothing_that_another_one_requires(tolerant: bool) -> None:
    """Unless readers ignore what they do not know."""
    old = any_of(of("a"), of("b"), of("c", closed=True))
    found = parted(old, any_of(of("a"), of("b", "more"), of("c", closed=True)), tolerant=tolerant)
    assert (found is None) is tolerant  # all three are asked about together then
    assert found is None or not found.tangled


def test_what_a_map_holds_tells_it_from_an_object_that_requires_something_else() -> None:
    """Qdrant's vectors: one without a name, or a map of them."""
    vector = {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}}
    wider = {**vector, "properties": {**vector["properties"], "memory": {"type": "string"}}}
    found = parted(
        any_of(vector, {"type": "object", "additionalProperties": vector}),
        any_of(wider, {"type": "object", "additionalProperties": wider}),
    )
    assert found is not None
    assert not found.asks
    assert len(found.pairs) == 2


def test_a_member_that_an_alternative_gains_asks_about_the_other_direction_alone() -> None:
    """Qdrant's field condition came to hold `is_empty`, the name of a condition of its own."""
    other = {"type": "object", "required": ["a"], "properties": {"a": {"type": "object"}}}
    for more in [(), (of("c"),)]:
        found = parted(any_of(of("key"), other, *more), any_of(of("key", "a"), other, *more))
        assert found is not None
        assert len(found.tangled) == 2
        assert found.fitting == ((), found.tangled)
