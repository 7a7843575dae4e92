"""Whether a field's default is a value of the field's type.

Source: Apache Avro 1.12.0 specification, Complex Types, Records: the table of field defaults; the
default of a union is one of any branch (since 1.12; before, of the first).
"""

from __future__ import annotations

from decimal import Decimal

from contracts.formats.avro.schema import Schema
from contracts.verdict import Json

_RANGES = {"int": 2**31, "long": 2**63}


_Known = dict[tuple[int, int], bool]


def fits(value: Json, schema: Schema) -> bool:
    """Whether the JSON value stands for a value of the schema."""
    return _fits(value, schema, {})


def _fits(value: Json, schema: Schema, known: _Known) -> bool:
    if not isinstance(value, list | dict):
        return _plain_fits(value, schema)
    name = id(value), id(schema)  # unions of unions: each pair is looked at once
    if name not in known:
        known[name] = _nested_fits(value, schema, known)
    return known[name]


def _nested_fits(value: Json, schema: Schema, known: _Known) -> bool:
    if schema.kind == "union":
        return any(_fits(value, part, known) for part in schema.parts)
    if schema.kind == "array":
        return isinstance(value, list) and all(_fits(v, schema.parts[0], known) for v in value)
    if not isinstance(value, dict):
        return False
    if schema.kind == "map":
        return all(_fits(item, schema.parts[0], known) for item in value.values())
    return schema.kind == "record" and all(
        _fits(value[name], member.schema, known) if name in value else member.has_default
        for name, member in schema.fields.items()
    )


def _plain_fits(value: Json, schema: Schema) -> bool:
    kind = schema.kind
    if kind == "union":
        return any(_plain_fits(value, part) for part in schema.parts)
    if kind in _RANGES:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and -_RANGES[kind] <= value < _RANGES[kind]
    if kind in {"float", "double"}:
        number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return number or value in ("NaN", "Infinity", "-Infinity")
    if kind in {"bytes", "fixed"}:
        return _fits_bytes(value, schema)
    if kind == "enum":
        return isinstance(value, str) and value in schema.symbols
    types = {"null": type(None), "boolean": bool, "string": str}
    return kind in types and isinstance(value, types[kind])


def _fits_bytes(value: Json, schema: Schema) -> bool:
    """Bytes are written as the characters U+0000 to U+00FF."""
    if not isinstance(value, str) or any(ord(character) > 0xFF for character in value):
        return False
    return schema.kind == "bytes" or len(value) == schema.size
