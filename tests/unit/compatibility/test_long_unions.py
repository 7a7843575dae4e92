"""Unions of many alternatives, and of objects with one member each: decided, and without a search."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest

from contracts import compare
from contracts.verdict import Direction, Finding, Level
from tests.unit.compatibility.test_told_apart import (
    a_family,
    agrees,
    changed,
    document,
    of_the_whole,
    reference,
)

Json = Any
TEXT: Json = {"type": "string"}


def an_object(kind: str, *, needed: bool = True, **members: Json) -> Json:
    inside = {"fields": {"type": "object", "additionalProperties": reference("Field")}}
    schema = {"type": "object", "properties": {**inside, "kind": {"enum": [kind]}, **members}}
    return {**schema, "required": ["kind"]} if needed else schema


def fields(count: int) -> dict[str, Json]:
    """Alternatives that a constant tells apart, but for one that need not say what it is."""
    shared = {f"K{i}": an_object(f"k{i}", size=TEXT) for i in range(count - 1)}
    shared["Plain"] = an_object("plain", needed=False, size=TEXT)
    shared["Field"] = {
        "oneOf": [reference(name) for name in shared],
        "discriminator": {"propertyName": "kind"},
    }
    return shared


def told(old: Json, new: Json, direction: Direction) -> list[Finding]:
    body = reference("Field")
    report = compare(document(body, old, direction), document(body, new, direction))
    assert not [f for f in report.findings if f.level is Level.UNKNOWN]
    return [f for f in report.findings if f.level is Level.ERROR]


def without_size(shared: dict[str, Json]) -> dict[str, Json]:
    changed = copy.deepcopy(shared)
    del changed["Plain"]["properties"]["size"]
    return changed


def test_of_many_alternatives_members_tell_nothing() -> None:
    old = fields(49)
    assert told(old, without_size(old), Direction.REQUEST) == []


@pytest.mark.parametrize("count", [2, 5, 24])
def test_a_member_that_only_others_describe_any_more_is_shown(count: int) -> None:
    old = fields(count)
    (found,) = told(old, without_size(old), Direction.REQUEST)
    assert found.rule == "one-of-tightened"
    assert found.witness is not None
    assert found.witness.value == {"size": "text"}
    assert told(without_size(old), old, Direction.REQUEST) == []


def test_a_change_of_one_of_many_alternatives_is_told_where_it_is() -> None:
    old = fields(49)
    new = without_size(old)
    new["K7"]["properties"]["size"] = {"type": "string", "maxLength": 3}
    (found,) = told(old, new, Direction.REQUEST)
    assert found.new is not None
    assert found.new.pointer.startswith("/components/schemas/K7/properties/size")
    assert found.witness is not None


def test_an_alternative_that_need_not_say_what_it_is_is_shown_as_itself() -> None:
    old = fields(49)
    new = copy.deepcopy(old)
    new["Other"] = an_object("other", needed=False, size=TEXT)
    new["Field"]["oneOf"].append(reference("Other"))
    found = told(old, new, Direction.RESPONSE)
    shown = [finding.witness.value for finding in found if finding.witness is not None]
    assert {"kind": "other"} in shown


@pytest.mark.parametrize("direction", [Direction.REQUEST, Direction.RESPONSE])
@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
def test_a_choice_of_one_member_beside_another_object(direction: Direction, word: str) -> None:
    one = {"minProperties": 1, "maxProperties": 1}
    query = {f"q{i}": {"type": "object", "properties": {"boost": TEXT}} for i in range(6)}
    old = {
        "Query": {"type": "object", "properties": query, **one},
        "Template": {"type": "object", "properties": {"template": TEXT}},
    }
    body = {word: [TEXT, reference("Query"), reference("Template")]}
    new = copy.deepcopy(old)
    new["Query"]["properties"]["q3"]["properties"]["boost"] = {"type": "integer"}
    sides = document(body, old, direction), document(body, new, direction)
    assert of_the_whole(*sides, direction).value == "breaking"
    (found,) = [f for f in compare(*sides).findings if f.level is Level.ERROR]
    assert found.new is not None
    assert found.new.pointer.startswith("/components/schemas/Query/properties/q3")
    assert found.witness is not None


@pytest.mark.parametrize("direction", [Direction.REQUEST, Direction.RESPONSE])
def test_members_of_counted_objects_are_compared_by_themselves(direction: Direction) -> None:
    one = {"minProperties": 1, "maxProperties": 1}
    inner = {"allOf": [reference("Base"), {"type": "object", "properties": {"c": TEXT}, **one}]}
    old = {
        "Base": {"type": "object", "properties": {"a": TEXT}},
        "Choice": {"type": "object", "properties": {"a": TEXT, "b": TEXT}, **one},
        "Inner": inner,
        "Never": {"type": "object", "properties": {"a": TEXT}, "required": ["a", "z"], **one},
    }
    new = copy.deepcopy(old)
    new["Choice"]["properties"]["b"] = {"type": "integer"}
    new["Base"]["properties"]["a"] = {"type": "boolean"}
    new["Choice"]["properties"]["d"] = TEXT
    new["Never"]["properties"]["b"] = TEXT
    body = {"type": "array", "items": {"anyOf": [{"type": "array", "items": reference("Choice")}]}}
    body["items"]["anyOf"].append({"type": "object", "properties": {"i": reference("Inner")}})
    body["items"]["anyOf"][1]["properties"]["n"] = reference("Never")
    sides = document(body, old, direction), document(body, new, direction)
    found = [f for f in compare(*sides).findings if f.level in {Level.ERROR, Level.UNKNOWN}]
    places = {f.new.pointer.removeprefix("/components/schemas") for f in found if f.new}
    assert places == {"/Choice/properties/b/type", "/Base/properties/a/type"}
    assert all(f.witness is not None for f in found)


def test_a_bound_of_how_many_members_is_told() -> None:
    old = {"Choice": {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "maxProperties": 2}}
    new = {"Choice": {**old["Choice"], "maxProperties": 1}}
    sides = [document(reference("Choice"), one, Direction.REQUEST) for one in (old, new)]
    (found,) = [f for f in compare(*sides).findings if f.level is Level.ERROR]
    assert found.rule == "max-properties-lowered"
    assert found.witness is not None
    assert set(found.witness.value) == {"a", "b"}


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
@pytest.mark.parametrize("direction", [Direction.REQUEST, Direction.RESPONSE])
def test_alternatives_that_refuse_other_members_may_gain_the_same(
    word: str, direction: Direction
) -> None:
    old = {f"K{i}": an_object(f"k{i}", needed=i % 3 > 0) for i in range(30)}
    for one in old.values():
        one["additionalProperties"] = False
        one["properties"].pop("fields")
    new = copy.deepcopy(old)
    for name in list(new)[3:]:
        new[name]["properties"]["token"] = TEXT
    body = {word: [reference(name) for name in old]}
    before, after = document(body, old, direction), document(body, new, direction)
    assert of_the_whole(before, after, direction).value == (
        "compatible" if direction is Direction.REQUEST else "breaking"
    )
    found = [f for f in compare(before, after).findings if f.level in {Level.ERROR, Level.UNKNOWN}]
    reached = {f.new.pointer for f in found if f.new is not None}
    assert len(reached) == (0 if direction is Direction.REQUEST else 27)
    assert all(f.witness is not None and f.level is Level.ERROR for f in found)


@pytest.mark.parametrize("direction", [Direction.REQUEST, Direction.RESPONSE])
@pytest.mark.parametrize("becomes_one", [True, False])
def test_one_schema_and_a_union_around_it(direction: Direction, becomes_one: bool) -> None:
    for seed in range(30):
        r = Random(seed)
        union, shared = a_family(r)
        shared["Union"] = union  # discriminators count where both versions have one
        new = changed(r, copy.deepcopy(shared)) if seed % 2 else shared
        bodies = [union, reference(r.choice("ABC"))]
        sides = bodies if becomes_one else bodies[::-1]
        pair = [document(*one, direction) for one in zip(sides, (shared, new), strict=True)]
        agrees(seed, pair[0], pair[1], direction)
