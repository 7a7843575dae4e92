"""Many items, many different items, many patterns: what is built, and what it is made of."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from contracts.schema.arrays import _matched
from contracts.schema.varied import families
from contracts.verdict import Json
from tests.unit.schema.pairs import DIALECTS, ask

DRAFT = DIALECTS["draft2020-12"]
LINE = {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}}


def _overlapping(count: int, kind: str) -> dict[str, Json]:
    return {letter: {"type": kind} for letter in "abcdefghijklmnop"[:count]}


@pytest.mark.parametrize(
    ("writer", "reader", "verdict"),
    [
        ({"items": {"type": "integer"}}, {"maxItems": 50_000}, "breaking"),
        ({"items": {"type": "integer"}}, {"maxItems": 200_000}, "unknown"),
        ({"uniqueItems": True, "items": {"type": "string"}}, {"maxItems": 500}, "breaking"),
        ({"uniqueItems": True, "items": LINE}, {"maxItems": 1000}, "breaking"),
        ({"uniqueItems": True, "items": LINE}, {"maxItems": 2000}, "unknown"),
        ({"uniqueItems": True, "items": {"type": "integer"}}, {"maxItems": 10_000}, "breaking"),
        ({"uniqueItems": True, "items": {"format": "uuid"}}, {"maxItems": 5000}, "breaking"),
        ({"uniqueItems": True, "items": {"type": "integer"}}, {"maxItems": 20_000}, "unknown"),
        (
            {"uniqueItems": True, "items": {"type": "string", "pattern": "^[A-Z]{3}$"}},
            {"maxItems": 100},
            "breaking",
        ),
        (
            {"uniqueItems": True, "items": {"type": "integer", "minimum": 1, "maximum": 200}},
            {"maxItems": 200},
            "compatible",
        ),
        (
            {
                "uniqueItems": True,
                "prefixItems": [{"enum": [1, 2]}, {"enum": [2, 3]}],
                "items": {"type": "integer", "minimum": 1, "maximum": 150},
            },
            {"maxItems": 149},
            "breaking",
        ),
    ],
)
def test_arrays(writer: dict[str, Any], reader: dict[str, Any], verdict: str) -> None:
    answer = ask({"type": "array", **writer}, {"type": "array", **reader}, DRAFT)
    assert answer.verdict == verdict, answer.unknowns


@pytest.mark.parametrize(
    ("writer", "reader", "verdict"),
    [
        (_overlapping(12, "string"), {"b": {"type": "integer"}}, "breaking"),
        (_overlapping(12, "string"), {"[a-z]": {"type": "string"}}, "compatible"),
        (_overlapping(16, "string"), {"b": {"type": "integer"}}, "breaking"),
        ({f"^k{n}_": {"type": "string"} for n in range(70)}, {"^k1_": False}, "breaking"),
    ],
)
def test_patterns(writer: dict[str, Json], reader: dict[str, Json], verdict: str) -> None:
    closed = {"type": "object", "patternProperties": writer, "additionalProperties": False}
    answer = ask(closed, {"type": "object", "patternProperties": reader}, DRAFT)
    assert answer.verdict == verdict, answer.unknowns


@pytest.mark.parametrize(
    ("value", "first"),
    [
        (7, [8, 9]),
        ("PO-199", ["PO-190", "PO-191"]),
        ("text", ["text2", "text3"]),
        ("", ["2", "3"]),
        ([True, "A1"], [[True, "A2"], [True, "A3"]]),
        ({"sku": "A9", "n": 1}, [{"sku": "A0", "n": 1}, {"sku": "A1", "n": 1}]),
        (None, []),
        (False, []),
    ],
)
def test_values_like_another(value: Json, first: list[Json]) -> None:
    series = next(filter(None, (list(islice(s, 2)) for s in families(value))), [])
    assert series == first


@pytest.mark.parametrize(
    ("pools", "values"),
    [
        ([[1, 2], [1], [2, 3]], [2, 1, 3]),
        ([[1, 2], [1, 2], [1, 2]], None),
        ([[1], [1, 2], [2, 3], [1, 3, 4]], [1, 2, 3, 4]),
        ([[1, 2, 3], [1, 2], [1]], [3, 2, 1]),
        ([[None], [None, 0]], [None, 0]),
        ([], []),
    ],
)
def test_a_matching(pools: list[list[Json]], values: list[Json] | None) -> None:
    assert _matched([[((item,), item) for item in pool] for pool in pools]) == values
