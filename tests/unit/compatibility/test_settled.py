"""Unions of which one alternative changed: the others are not asked about, however alike they are."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest

from contracts import compare
from contracts.schema import Containment, Prover, SchemaAt
from contracts.verdict import Direction
from tests.unit.compatibility import test_told_apart as told_apart

Json = Any
BLOCK = 100


TEXT: Json = {"type": "string"}
MESSAGE: Json = {
    "type": "object",
    "properties": {"type": {"enum": ["message"]}, "role": TEXT, "content": TEXT},
    "required": ["role", "content"],
}
CALL: Json = {
    "type": "object",
    "properties": {"type": {"enum": ["call"]}, "id": TEXT, "name": TEXT},
    "required": ["type", "id"],
}
OUTPUT: Json = {
    "type": "object",
    "properties": {"type": {"enum": ["output"]}, "id": TEXT, "name": TEXT, "output": TEXT},
    "required": ["type", "id"],
}
POINTER: Json = {
    "type": "object",
    "properties": {"type": {"anyOf": [{"enum": ["pointer"]}, {"type": "null"}]}, "id": TEXT},
    "required": ["id"],
}


def conversation(**components: Json) -> Json:
    """A list of what people say, tools do, and references to either; it has no `type`."""
    names = ("Message", "Call", "Output")
    item = {"oneOf": [told_apart.reference(name) for name in names]}
    union = {"oneOf": [told_apart.reference("Item"), told_apart.reference("Pointer")]}
    shared = {"Message": MESSAGE, "Call": CALL, "Output": OUTPUT, "Pointer": POINTER, "Item": item}
    body = {"properties": {"items": {"type": "array", "items": union}}, "required": ["items"]}
    return told_apart.document(body, {**shared, **components}, Direction.REQUEST)


def without(schema: Json, name: str) -> Json:
    left = {key: value for key, value in schema["properties"].items() if key != name}
    return {**schema, "properties": left}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Output": {**OUTPUT, "properties": {**OUTPUT["properties"], "by": TEXT}}}, set()),
        ({"Output": without(OUTPUT, "name")}, set()),
        (
            {"Output": {**OUTPUT, "required": ["type", "id", "output"]}},
            {"property-became-required"},
        ),
    ],
)
def test_what_an_unchanged_alternative_may_be_taken_for_is_not_asked(
    changed: dict[str, Json], said: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    contains = Prover.contains

    def counted(prover: Prover, writer: SchemaAt, reader: SchemaAt, **more: Any) -> Containment:
        asked.append(reader.pointer)
        return contains(prover, writer, reader, **more)

    monkeypatch.setattr(Prover, "contains", counted)
    findings = compare(conversation(), conversation(**changed)).findings
    assert {f.rule for f in findings if f.level in told_apart.HEAVY} == said
    assert all(f.witness.as_message for f in findings if f.witness is not None)
    assert set(asked) <= {""}  # objects by themselves, with placeholders for their members


def an_item(r: Random, kind: str) -> Json:
    """An object that says what it is, must say so, or leaves it open."""
    item = told_apart.an_object(r, "", parts=False)
    if r.random() < 0.9:
        item.pop("additionalProperties", None)
    said = r.choice([{"enum": [kind]}, {"enum": [kind]}, {"type": "string"}, {"type": ["null"]}])
    item["properties"]["kind"] = said
    needed = {*item.get("required", ())} - {"kind"}
    item["required"] = sorted(needed | ({"kind"} if r.random() < 0.6 else set())) or ["a"]
    return item


def items(r: Random) -> tuple[Json, dict[str, Json]]:
    """A union of items, some of them in unions inside of it."""
    names = "ABCDEF"[: r.randint(3, 6)]
    shared = {name: an_item(r, r.choice("pqrst")) for name in names}
    keyword = r.choice(["anyOf", "oneOf"])
    parts = [told_apart.reference(name) for name in names]
    for _ in range(r.randint(0, 2)):
        r.shuffle(parts)
        inner: Json = {keyword: parts[:2]}
        if r.random() < 0.3:
            inner["discriminator"] = {"propertyName": "kind"}
        parts = [inner, *parts[2:]]
    union: Json = {keyword: parts}
    if r.random() < 0.3:
        union["discriminator"] = {"propertyName": "kind"}
    return union, shared


def a_pair(seed: int) -> tuple[Json, Json, Direction]:
    r = Random(seed)
    union, shared = items(r)
    after = copy.deepcopy(shared)
    name = r.choice(sorted(shared))
    if r.random() < 0.5:
        told_apart.change_object(r, after[name])
    else:
        after[name] = {**an_item(r, r.choice("pqrst")), "type": "object"}
    direction = r.choice(sorted(told_apart.PLACES))
    wide = copy.deepcopy(union)
    if r.random() < 0.2:
        after["N"] = an_item(r, r.choice("pqrst"))
        wide[next(iter(wide))].append(told_apart.reference("N"))
    return (
        told_apart.document(union, shared, direction),
        told_apart.document(wide, after, direction),
        direction,
    )


@pytest.mark.parametrize("block", range(2))
def test_the_answer_is_that_for_the_whole(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        told_apart.agrees(seed, *a_pair(seed))
