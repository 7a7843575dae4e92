"""Unions taken apart: the answer is the one for the whole union, and stays linear."""

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
LEAVES: list[Json] = [
    {"type": "string"},
    {"type": "string", "maxLength": 3},
    {"type": "integer"},
    {"enum": ["x", "y"]},
    {"type": "boolean"},
    {"type": ["string", "null"]},
]
KINDS: list[Json] = [
    *({"enum": [kind]} for kind in "pqr"),
    {"type": "string", "enum": ["p", "q"]},
    {"type": "string"},
]
MAPPING = {"p": "#/components/schemas/A", "q": "#/components/schemas/B"}
PLACES = {
    Direction.REQUEST: "/paths/~1a/post/requestBody/content/application~1json/schema",
    Direction.RESPONSE: "/paths/~1a/post/responses/200/content/application~1json/schema",
}
BLOCK = 100


def reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def an_object(r: Random, names: str, *, parts: bool = True) -> Json:
    members = r.sample("abcd", r.randint(0, 3))
    properties = {
        name: reference(r.choice(names)) if names and r.random() < 0.2 else dict(r.choice(LEAVES))
        for name in members
    }
    required = [name for name in members if r.random() < 0.5]
    if r.random() < 0.5:
        properties["kind"] = r.choice(KINDS)
        required += ["kind"] if r.random() < 0.7 else []
    required += ["z"] if r.random() < 0.1 else []
    schema: Json = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    more = r.random()
    if more < 0.25:
        schema["additionalProperties"] = (
            False if more < 0.12 else dict(r.choice(LEAVES)) if more < 0.2 else True
        )
    if parts and r.random() < 0.1:
        return {"allOf": [schema, an_object(r, names, parts=False)]}
    return schema


def an_alternative(r: Random) -> Json:
    chance = r.random()
    if chance < 0.55:
        return reference(r.choice("ABC"))
    if chance < 0.7:
        return an_object(r, "ABC")
    if chance < 0.8:
        return {"type": "array", "items": r.choice([dict(r.choice(LEAVES)), reference("A")])}
    if chance < 0.9:
        return {"anyOf": [an_alternative(r), an_alternative(r)]} if chance < 0.85 else KINDS[3]
    return dict(r.choice(LEAVES))


TELLING: dict[str, list[Json]] = {
    "constants": [{"enum": [kind]} for kind in "pqr"],
    "lists": [{"enum": ["p", "q"]}, {"enum": ["r"]}, {"enum": ["q", "s"]}],
    "types": [{"type": "string"}, {"type": "integer"}, {"type": ["boolean", "null"]}],
    "unions": [{"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "integer"}, LEAVES[4]],
    "names": [{"type": "string"}] * 3,
}
"""What tells the components apart, if their `kind` is required; names need a discriminator."""


def a_family(r: Random) -> tuple[Json, dict[str, Json]]:
    """Open objects with members in common, and what tells them apart."""
    by = r.choice(sorted(TELLING))
    shared = {}
    for name, kind in zip("ABC", TELLING[by], strict=True):
        schema = an_object(r, "", parts=False)
        if r.random() < 0.8:
            schema.pop("additionalProperties", None)
        schema["properties"]["kind"] = dict(kind)
        needed = {*schema.get("required", ())} - {"kind"}
        schema["required"] = sorted(needed | ({"kind"} if r.random() < 0.85 else set())) or ["a"]
        shared[name] = schema
    names = r.sample("ABC", r.randint(2, 3))
    parts = [reference(name) for name in names]
    if r.random() < 0.3:
        inner: Json = {r.choice(["anyOf", "oneOf"]): parts[:2]}
        if r.random() < 0.5:
            inner["type"] = "object"
        if by == "names" or r.random() < 0.3:
            inner["discriminator"] = {"propertyName": "kind"}
        if r.random() < 0.3:
            shared["D"] = inner
            inner = {"type": "object", **reference("D")} if r.random() < 0.5 else reference("D")
        parts = [inner, *parts[2:], an_alternative(r)]
    union: Json = {r.choice(["anyOf", "oneOf"]): parts}
    if by == "names" or r.random() < 0.1:
        union["discriminator"] = {"propertyName": "kind"}
        if r.random() < 0.4:
            union["discriminator"]["mapping"] = MAPPING
    return union, shared


def a_union(r: Random) -> Json:
    if r.random() < 0.12:
        return an_alternative(r)
    parts = [an_alternative(r) for _ in range(r.randint(1, 3))]
    union: Json = {r.choice(["anyOf", "oneOf"]): parts}
    if r.random() < 0.2:
        more = {"mapping": MAPPING} if r.random() < 0.6 else {}
        union["discriminator"] = {"propertyName": "kind", **more}
    return union


def changed(r: Random, value: Json) -> Json:
    if isinstance(value, list):
        items = [changed(r, item) for item in value]
        if items and r.random() < 0.08:
            items.pop(r.randrange(len(items)))
        return items
    if not isinstance(value, dict):
        return value
    found = {k: v if k in ("enum", "mapping") else changed(r, v) for k, v in value.items()}
    if found.get("type") == "object" and r.random() < 0.35:
        change_object(r, found)
    keyword = next((word for word in ("anyOf", "oneOf") if word in found), None)
    if keyword is not None:
        if r.random() < 0.25 or not found[keyword]:
            found[keyword] = [*found[keyword], an_alternative(r)]
        if r.random() < 0.08:
            found["oneOf" if keyword == "anyOf" else "anyOf"] = found.pop(keyword)
    return found


def change_object(r: Random, schema: dict[str, Json]) -> None:
    chance, properties = r.random(), schema.setdefault("properties", {})
    if chance < 0.3:
        properties[r.choice("abcd")] = dict(r.choice(LEAVES))
    elif chance < 0.5 and properties:
        properties.pop(r.choice(sorted(properties)))
    elif chance < 0.7:
        other = {r.choice(["a", "b", "kind"])}
        schema["required"] = sorted(set(schema.get("required", ())) ^ other) or ["a"]
    elif chance < 0.8:
        schema["additionalProperties"] = r.random() < 0.5


def document(body: Json, shared: Json, direction: Direction) -> Json:
    content = {"content": {"application/json": {"schema": body}}}
    answers = {"200": {"description": "-", **content}}
    operation: Json = {"responses": answers}
    if direction is Direction.REQUEST:
        operation = {"requestBody": content, "responses": {"204": {"description": "-"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Apart", "version": "1"},
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
    shared = {
        "A": an_object(r, ""),
        "B": an_object(r, "A"),
        "C": r.choice([an_object(r, "AB"), dict(r.choice(LEAVES))]),
    }
    body = a_union(r)
    if seed % 2:
        body, shared = a_family(r)
        if r.random() < 0.1:
            body = {"allOf": [body, {"description": "as people write it around a reference"}]}
    if r.random() < 0.4:
        body = {"type": "object", "properties": {"m": body, "n": reference("B")}}
    new = changed(r, copy.deepcopy({"body": body, "shared": shared}))
    direction = r.choice(sorted(PLACES))
    return (
        document(body, shared, direction),
        document(new["body"], new["shared"], direction),
        direction,
    )


def counting(r: Random, old: Json, new: Json) -> None:
    """Bounds of how many members objects have: the same ones in both versions, or one of them."""
    for name in sorted(old.keys() & new.keys()):
        sides = [one for one in (old[name], new[name]) if one.get("type") == "object"]
        for word, most in (("minProperties", (1, 1, 1, 2)), ("maxProperties", (1, 1, 2, 3))):
            chance = r.random()
            for one in sides if chance < 0.35 else sides[:1] if chance < 0.45 else []:
                one[word] = r.choice(most) if chance < 0.1 else most[0]


HEAVY = {Level.ERROR, Level.UNKNOWN}
OF_RULES = ("alternative-", "discriminator-")
"""What a rule tells of alternatives by their names, whatever values they share."""


@pytest.mark.parametrize("block", range(12))
def test_the_answer_is_that_for_the_whole(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        agrees(seed, *a_pair(seed))


@pytest.mark.parametrize("block", range(20, 24))
def test_so_it_is_where_members_are_counted(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        old, new, direction = a_pair(seed)
        counting(Random(seed), *(side["components"]["schemas"] for side in (old, new)))
        agrees(seed, old, new, direction)


def agrees(seed: int, old: Json, new: Json, direction: Direction) -> None:
    weighty = [f for f in compare(old, new).findings if f.level in HEAVY]
    # formulas and the validators' schemas, which share nothing, read unions alike
    assert not any("do not confirm" in f.message for f in weighty), seed
    told = [f for f in weighty if not f.rule.startswith(OF_RULES)]
    shown = {f.level for f in told if f.witness is not None or f.level is Level.UNKNOWN}
    whole = of_the_whole(old, new, direction)
    if whole is Verdict.UNKNOWN or Level.UNKNOWN in shown:
        return
    if len(told) == len(weighty):
        assert (Level.ERROR in shown) is (whole is Verdict.BREAKING), seed
    elif Level.ERROR in shown:
        assert whole is Verdict.BREAKING, seed
