"""Undeclared dialects, and patterns with Unicode properties."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contracts import compare
from contracts.schema import Dialect
from contracts.schema.inference import inferred
from contracts.schema.regular import for_python, without_properties


@pytest.mark.parametrize(
    ("schema", "dialect"),
    [
        ({"minimum": 1, "exclusiveMinimum": True}, Dialect.DRAFT4),
        ({"items": [{"type": "string"}]}, Dialect.DRAFT7),
        ({"properties": {"a": {"dependencies": {"b": ["c"]}}}}, Dialect.DRAFT7),
        ({"items": [True], "unevaluatedItems": False}, Dialect.DRAFT201909),
        ({"$recursiveRef": "#"}, Dialect.DRAFT201909),
        ({"prefixItems": [True], "dependencies": {"a": ["b"]}}, None),
        ({"properties": {"exclusiveMinimum": True}}, None),
        ({"definitions": {"a": {}}, "$ref": "#/definitions/a"}, None),
        ({"const": {"items": [1]}}, None),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "items": [True]}, None),
        (True, None),
    ],
)
def test_the_draft_that_keywords_belong_to(schema: Any, dialect: Dialect | None) -> None:
    assert inferred(schema) is dialect


def test_a_report_names_the_inference_where_it_mattered() -> None:
    old = {"type": "number", "maximum": 5}
    report = compare(old, {**old, "exclusiveMaximum": True}, mode="backward")
    assert report.verdict == "breaking"
    assert "inferred-dialect" in report.assumptions


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        (r"^\p{Lu}$", "Ä", "ä"),
        (r"^\P{L}$", "1", "é"),
        (r"^[\p{L}_]+$", "é_", "1"),
        (r"^[^\p{Nd}]$", "x", "٣"),
    ],
)
def test_properties_become_ranges(pattern: str, inside: str, outside: str) -> None:
    expanded = re.compile(without_properties(pattern))
    assert expanded.search(inside)
    assert not expanded.search(outside)


def test_an_escaped_backslash_is_no_property() -> None:
    assert without_properties(r"^\\p{L}$") == r"^\\p{L}$"


def test_a_property_of_one_letter() -> None:
    assert without_properties(r"\pL[\PN]") == without_properties(r"\p{L}[\P{N}]")


def test_an_unknown_property_leaves_the_pattern_alone() -> None:
    assert without_properties(r"\p{Nonsense}\p{L}") == r"\p{Nonsense}\p{L}"


@pytest.mark.parametrize(
    ("pattern", "python"),
    [
        (r"^(?<a>\d)-(?<b_1>x(?<c>y))$", r"^(\d)-(x(y))$"),
        (r"(?<=a)(?<!b)(?:c)", r"(?<=a)(?<!b)(?:c)"),
        (r"\(?<a>", r"\(?<a>"),
        (r"[(?<a>]", r"[(?<a>]"),
        (r"(?<a>x)\k<a>1", r"(x)(?:\1)1"),
        (r"(y)(?:z)(?<a>x)\k<a>", r"(y)(?:z)(x)(?:\2)"),
        (r"\(?<a>x)\k<b>", r"\(?<a>x)\k<b>"),
    ],
)
def test_groups_lose_their_names_for_python(pattern: str, python: str) -> None:
    assert for_python(pattern) == python
