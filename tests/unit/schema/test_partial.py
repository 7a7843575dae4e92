"""A hole in a schema: what is shown beside it holds whatever stands in the hole."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.documents import from_data
from contracts.schema import Containment, Dialect, Options, SchemaAt
from contracts.schema.options import Side
from contracts.schema.references import Sources
from contracts.schema.verify import Judge, judged
from tests.unit.schema import generation
from tests.unit.schema.pairs import ask
from tests.unit.schema.test_properties import QUICK

SOME = settings(QUICK, max_examples=60)

HOLE = {"$ref": "#/$defs/hole"}
MEANINGS: tuple[Any, ...] = (
    True,
    False,
    {"type": "string"},
    {"type": "integer", "minimum": 2},
    {"type": "object", "required": ["a"]},
    {"type": "object", "properties": {"a": {}, "b": True}},
    {"type": "array", "items": {"type": "string"}},
    {"enum": [1, "a", None, {}, []]},
)
_APPLYING = ("properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "not", "if", "then")


def confirmed(answer: Containment, writer: Any, reader: Any) -> None:
    """Whatever stands in the hole, both validators take a witness for the writer only."""
    for meaning in MEANINGS:
        for found in answer.breaks:
            for side, takes in ((writer, True), (reader, False)):
                whole = {**side, "$defs": {**side.get("$defs", {}), "hole": meaning}}
                fast = jsonschema_rs.Draft202012Validator(whole)
                slow = jsonschema.Draft202012Validator(whole)
                assert fast.is_valid(found.witness) is takes, (whole, found)
                assert slow.is_valid(found.witness) is takes, (whole, found)


A_TEXT = {"type": "string"}
A_COUNT = {"type": "integer"}


def holed(schema: Any, **members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema, "b": HOLE}, **members}


@pytest.mark.parametrize(
    ("writer", "reader", "expected"),
    [
        pytest.param(holed(A_TEXT), holed(A_COUNT), "breaking", id="beside the break"),
        pytest.param(holed(A_TEXT, required=["b"]), holed(A_COUNT), "unknown", id="in every value"),
        pytest.param(
            {"allOf": [HOLE, {"type": "string"}]}, A_COUNT, "unknown", id="the writer's whole"
        ),
        pytest.param(
            {"type": "string"}, {"allOf": [HOLE, A_COUNT]}, "breaking", id="the reader's whole"
        ),
        pytest.param(
            {"anyOf": [A_TEXT, HOLE]}, A_COUNT, "breaking", id="another alternative of the writer"
        ),
        pytest.param(
            A_TEXT, {"anyOf": [A_COUNT, HOLE]}, "unknown", id="another alternative of the reader"
        ),
        pytest.param(
            {"oneOf": [A_TEXT, HOLE]}, A_COUNT, "unknown", id="the other one may take it as well"
        ),
        pytest.param(
            {"type": "string", "not": HOLE}, A_COUNT, "unknown", id="what the writer excludes"
        ),
        pytest.param(
            A_TEXT, {"type": "integer", "not": HOLE}, "breaking", id="what the reader excludes"
        ),
        pytest.param(
            {"type": "array", "items": [A_TEXT, HOLE][0], "contains": HOLE, "minContains": 0},
            {"type": "array", "items": A_COUNT},
            "breaking",
            id="counted from none",
        ),
        pytest.param(
            {"type": ["string", "array"], "if": {"items": HOLE}, "then": A_TEXT},
            {"type": "array"},
            "breaking",
            id="a condition on something else",
        ),
    ],
)
def test_beside_a_hole(writer: Any, reader: Any, expected: str) -> None:
    answer = ask(writer, reader)
    assert answer.verdict == expected, answer
    confirmed(answer, writer, reader)


def _spots(schema: Any) -> list[tuple[Any, Any]]:
    """Every place of a subschema, as its container and key."""
    found: list[tuple[Any, Any]] = []
    if not isinstance(schema, dict):
        return found
    for keyword in _APPLYING:
        inner = schema.get(keyword)
        if isinstance(inner, list):
            places = [(inner, index) for index in range(len(inner))]
        elif keyword == "properties" and isinstance(inner, dict):
            places = [(inner, name) for name in inner]
        else:
            places = [(schema, keyword)] if inner is not None else []
        for container, key in places:
            found.append((container, key))
            found += _spots(container[key])
    return found


@SOME
@given(st.integers(0, 2**32))
def test_what_is_shown_beside_a_hole_holds_whatever_it_means(seed: int) -> None:
    writer, reader = _pair_with_holes(seed)
    confirmed(ask(writer, reader), writer, reader)


def _pair_with_holes(seed: int) -> list[Any]:
    r = Random(seed)
    depth = r.choice((2, 2, 3))
    writer = generation.root(r, depth)
    reader = generation.changed_root(r, writer, depth)
    sides = [copy.deepcopy(writer), copy.deepcopy(reader)]
    for side in sides:
        spots = _spots(side)
        if spots:
            container, key = r.choice(spots)
            container[key] = dict(HOLE)
    return sides


API = Options.for_api()


def _taken(schema: Any, side: Side, value: Any) -> bool | None:
    sources = Sources()
    dialect = Dialect.OPENAPI31
    at = sources.start(SchemaAt(from_data(schema, name="schema"), "", dialect))
    return judged(Judge.of(at, side, sources, value), value)


@SOME
@given(st.integers(0, 2**32))
def test_so_it_does_where_writers_send_what_they_declare(seed: int) -> None:
    writer, reader = _pair_with_holes(seed)
    answer = ask(writer, reader, Dialect.OPENAPI31, API)
    for meaning in MEANINGS:
        filled = [{**s, "$defs": {**s["$defs"], "hole": meaning}} for s in (writer, reader)]
        for found in answer.breaks:
            assert _taken(filled[0], Side.of_writer(API), found.witness), (seed, meaning)
            assert _taken(filled[1], Side.of_reader(API), found.witness) is False, (seed, meaning)
