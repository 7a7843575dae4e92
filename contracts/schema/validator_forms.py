"""Schemas as a validator takes them: patterns of its language, numbers that it does not round."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from contracts.verdict import Json


def has_decimal(value: Json) -> bool:
    """Whether it holds a fraction that no double does: both validators must compute exactly."""
    if isinstance(value, dict):
        return any(map(has_decimal, value.values()))
    if isinstance(value, list):
        return any(map(has_decimal, value))
    return isinstance(value, Decimal)


def has_wide(value: Json) -> bool:
    """Whether it holds a whole number that no double holds for certain."""
    if isinstance(value, dict):
        return any(map(has_wide, value.values()))
    if isinstance(value, list):
        return any(map(has_wide, value))
    return type(value) is int and abs(value) > _LAST_EXACT


_LAST_EXACT = 2**53


def divides_by_fractions(schema: Json) -> bool:
    """Whether it asks for multiples of a fraction."""
    if isinstance(schema, list):
        return any(map(divides_by_fractions, schema))
    if not isinstance(schema, dict):
        return False
    step = schema.get("multipleOf")
    fraction = isinstance(step, (float, Decimal)) and step % 1 != 0
    return fraction or any(map(divides_by_fractions, schema.values()))


def in_decimals(schema: Json, keyword: str = "") -> Json:
    """The schema with decimals for doubles, and for the whole divisors that jsonschema-rs rounds
    values for.
    """
    if isinstance(schema, dict):
        return {name: in_decimals(part, name) for name, part in schema.items()}
    if isinstance(schema, list):
        return [in_decimals(part) for part in schema]
    if keyword == "multipleOf" and type(schema) is int:
        return Decimal(schema).quantize(Decimal("0.1"))
    return Decimal(repr(schema)) if isinstance(schema, float) else schema


_DATA = frozenset({"const", "enum", "default", "example", "examples"})


def with_patterns(schema: Json, rewrite: Callable[[str], str]) -> Json:
    """The schema with its patterns as a validator takes them."""
    if isinstance(schema, list):
        return [with_patterns(item, rewrite) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out: dict[str, Json] = {}
    for keyword, value in schema.items():
        if keyword == "pattern" and isinstance(value, str):
            out[keyword] = rewrite(value)
        elif keyword == "patternProperties" and isinstance(value, dict):
            out[keyword] = {rewrite(k): with_patterns(v, rewrite) for k, v in value.items()}
        else:
            out[keyword] = value if keyword in _DATA else with_patterns(value, rewrite)
    return out
