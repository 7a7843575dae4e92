"""Schemas over a few members with a few values: each answer against all values there are."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import jsonschema_rs
import pytest

from contracts.verdict import Verdict
from tests.unit.schema.pairs import ask

_NAMES = ("a", "b", "c", "d")
_VALUES: tuple[Any, ...] = (0, 1, 2)
_ABSENT = object()
_WORLD: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"enum": list(_VALUES)} for name in _NAMES},
    "additionalProperties": False,
}
EVERYTHING = [
    {name: value for name, value in zip(_NAMES, values, strict=True) if value is not _ABSENT}
    for values in product((_ABSENT, *_VALUES), repeat=len(_NAMES))
]


def _member(pick: random.Random) -> Any:
    kind = pick.randrange(4)
    some = pick.sample(_VALUES, pick.randint(1, 2))
    if kind == 0:
        return {"const": some[0]}
    if kind == 1:
        return {"not": {"enum": some}}
    return {"enum": some} if kind == 2 else {pick.choice(("minimum", "maximum")): 1}


def _leaf(pick: random.Random) -> Any:
    names = pick.sample(_NAMES, pick.randint(1, 3))
    kind = pick.randrange(9)
    if kind < 4:
        found: dict[str, Any] = {"properties": {name: _member(pick) for name in names}}
        if pick.random() < 0.7:
            found["required"] = pick.sample(names, pick.randint(1, len(names)))
        if pick.random() < 0.3:
            found["additionalProperties"] = pick.choice((False, _member(pick)))
        return found
    if kind == 4:
        return {"required": names}
    if kind == 5:
        return {pick.choice(("minProperties", "maxProperties")): pick.randint(1, 3)}
    if kind == 6:
        return {"patternProperties": {f"^[{''.join(names)}]$": _member(pick)}}
    if kind == 7:
        return {"propertyNames": {"enum": names}}
    return {"dependentRequired": {names[0]: pick.sample(_NAMES, 1)}}


def _schema(pick: random.Random, depth: int) -> Any:
    kind = pick.randrange(8) if depth else 7
    inner = [_schema(pick, depth - 1) for _ in range(pick.randint(2, 5))] if kind < 6 else []
    if kind < 5:
        return {("anyOf", "oneOf", "allOf", "anyOf", "oneOf")[kind]: inner}
    if kind == 5:
        return dict(zip(("if", "then", "else"), (*inner, True), strict=False))
    return {"not": _schema(pick, depth - 1)} if kind == 6 else _leaf(pick)


def _pair(seed: int) -> tuple[Any, Any]:
    pick = random.Random(seed)
    depth = pick.randint(1, 4)
    writer = {"allOf": [_WORLD, *(_schema(pick, depth) for _ in range(pick.randint(1, 3)))]}
    reader = {"allOf": [_schema(pick, depth) for _ in range(pick.randint(1, 2))]}
    if pick.random() < 0.3:  # the same in another order, and perhaps a little more
        writer["allOf"].extend(pick.sample(reader["allOf"], len(reader["allOf"])))
    return writer, reader


def check(seed: int) -> Verdict:
    """Hold one answer against every value of the writer's."""
    writer, reader = _pair(seed)
    sends, takes = (jsonschema_rs.Draft202012Validator(schema) for schema in (writer, reader))
    refused = [v for v in EVERYTHING if sends.is_valid(v) and not takes.is_valid(v)]
    answer = ask(writer, reader)
    expected = Verdict.BREAKING if refused else Verdict.COMPATIBLE
    assert answer.verdict is expected, (seed, writer, reader, refused[:1])
    assert all(found.witness in refused for found in answer.breaks), seed
    return answer.verdict


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_answers_are_those_of_all_values(first: int) -> None:
    verdicts = [check(seed) for seed in range(first, first + 40)]
    assert Verdict.BREAKING in verdicts
    assert Verdict.COMPATIBLE in verdicts


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(10_000, 14_000, 1_000))
def test_many_answers_are_those_of_all_values(first: int) -> None:
    """40 s of processor time each."""
    for seed in range(first, first + 1_000):
        check(seed)
