"""Schemas made to hurt: every one is answered, soon, and never by a guess."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from contracts.schema import Budget, Options
from tests.unit.schema.pairs import ask

SHORT = Options(budget=Budget(steps=20_000, seconds=1.0, total_seconds=2.0))


def _nested(levels: int, leaf: Any, around: Callable[[Any], Any]) -> Any:
    for _ in range(levels):
        leaf = around(leaf)
    return leaf


def _doubling(keyword: str) -> dict[str, Any]:
    """Forty definitions, each of which applies the next one twice."""
    definitions: dict[str, Any] = {
        f"a{i}": {
            keyword: [{"$ref": f"#/$defs/a{i + 1}"}, {"$ref": f"#/$defs/a{i + 1}", "title": "b"}]
        }
        for i in range(40)
    }
    return {"$ref": "#/$defs/a0", "$defs": {**definitions, "a40": {"type": "integer"}}}


def _member(schema: Any) -> Any:
    return {"type": "object", "properties": {"x": schema}, "required": ["x"]}


def _satisfiability(variables: int, clauses: int) -> Any:
    names = [f"x{i}" for i in range(variables)]
    rules = [
        {
            "anyOf": [
                {"properties": {names[(7 * i + 3 * j) % variables]: {"const": (i + j) % 2 == 0}}}
                for j in range(3)
            ]
        }
        for i in range(clauses)
    ]
    return {
        "type": "object",
        "properties": {n: {"type": "boolean"} for n in names},
        "required": names,
        "allOf": rules,
    }


PAIRS: dict[str, tuple[Any, Any]] = {
    "deep members": (
        _nested(150, {"type": "integer"}, _member),
        _nested(150, {"type": "string"}, _member),
    ),
    "deep allOf": (_nested(200, {"type": "integer"}, lambda s: {"allOf": [s]}), {"type": "string"}),
    "deep not": (_nested(301, {"type": "integer"}, lambda s: {"not": s}), {"type": "string"}),
    "doubling allOf": (_doubling("allOf"), {"type": "string"}),
    "doubling anyOf": (_doubling("anyOf"), {"type": "string"}),
    "doubling oneOf": (_doubling("oneOf"), {"type": "string"}),
    "doubling against itself": (_doubling("anyOf"), {**_doubling("anyOf"), "maximum": 3}),
    "satisfiability": (_satisfiability(30, 120), {"type": "string"}),
    "a huge enum": ({"enum": list(range(20_000))}, {"enum": list(range(1, 20_001))}),
    "many members": (
        {"type": "object", "properties": {f"p{i}": {"type": "string"} for i in range(800)}},
        {
            "type": "object",
            "properties": {f"p{i}": {"type": "string", "maxLength": 9} for i in range(800)},
        },
    ),
    "long arrays": ({"type": "array", "minItems": 10**9}, {"maxItems": 5}),
    "long unique arrays": (
        {"type": "array", "minItems": 5_000, "uniqueItems": True},
        {"maxItems": 5},
    ),
    "long strings": ({"type": "string", "minLength": 10**9}, {"maxLength": 5}),
    "many required counts": ({"type": "object", "minProperties": 10**6}, {"maxProperties": 5}),
    "a pattern that backtracks": (
        {"type": "string", "pattern": "^(a+)+$"},
        {"type": "string", "pattern": "^(a|a)*b$"},
    ),
    "a pattern of many states": (
        {"type": "string", "pattern": "^.*a.{20}$"},
        {"type": "string", "pattern": "^.*b.{20}$"},
    ),
    "many patterns": (
        {
            "type": "object",
            "patternProperties": {f"a{i}.*b": {"type": "integer"} for i in range(40)},
        },
        {"type": "object", "additionalProperties": False},
    ),
    "a reference to itself": ({"$ref": "#"}, {"type": "string"}),
    "references in a ring": (
        {
            "$ref": "#/$defs/a",
            "$defs": {
                "a": {"$ref": "#/$defs/b"},
                "b": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "string"}]},
            },
        },
        {"type": "integer"},
    ),
    "huge numbers": ({"type": "number", "maximum": 10**900}, {"maximum": 5}),
    "tiny steps": (
        {"type": "number", "multipleOf": Decimal("1e-300"), "maximum": 1},
        {"multipleOf": 1},
    ),
    "many divisors": (
        {"type": "integer"},
        {"anyOf": [{"multipleOf": p} for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)]},
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_it_ends_within_the_budget(name: str) -> None:
    writer, reader = PAIRS[name]
    begun = time.thread_time()
    answer = ask(writer, reader, options=SHORT)
    assert time.thread_time() - begun < 6
    if name == "doubling oneOf":  # exactly one of two equal schemas: nothing
        assert answer.verdict == "compatible"
        return
    assert answer.verdict != "compatible"
    assert answer.breaks or answer.unknowns
    assert all(unknown.reason for unknown in answer.unknowns)


@pytest.mark.parametrize("name", PAIRS)
def test_even_so_nothing_breaks_itself(name: str) -> None:
    for schema in PAIRS[name]:
        assert ask(schema, schema, options=SHORT).verdict == "compatible"


def _apart(members: int, longest: int) -> Any:
    parts = [{"properties": {f"m{i}": {"type": "string", "maxLength": 5}}} for i in range(members)]
    return {"allOf": [*parts[:-1], {"properties": {f"m{members - 1}": {"maxLength": longest}}}]}


def test_members_spread_over_thousands_of_schemas_take_linear_time() -> None:
    spread, narrower = _apart(4_000, 5), _apart(4_000, 4)
    begun = time.thread_time()
    assert ask(narrower, spread).verdict == "compatible"
    (only,) = ask(spread, narrower).breaks
    assert only.reader.pointer == "/allOf/3999/properties/m3999/maxLength"
    assert time.thread_time() - begun < 6
