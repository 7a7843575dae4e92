"""Values that travel as text (parameters, headers): what types mean when nobody writes quotes.

A number, a boolean and a string look alike in a URL, so a reader that takes any text takes
them all; and one value is a list of one where a list is written by repeating the name
(OpenAPI 3.1.1 section 4.8.12.4).
"""

from __future__ import annotations

from decimal import Decimal

from contracts.compatibility.spots import Spot, start
from contracts.documents import pointer
from contracts.formats.contract import Element
from contracts.lean_dataclasses import replace
from contracts.schema import Break, SchemaAt
from contracts.verdict import Json

SCALARS = frozenset({"string", "number", "integer", "boolean"})
_LIMITS = frozenset({"pattern", "format", "enum", "const", "minLength", "maxLength", "not"}) | {
    *("allOf", "anyOf", "oneOf", "if", "$ref")
}
"""Keywords beside `type: string` that may refuse some text."""
REPEATED = frozenset({"query", "cookie"})


def travels_as_text(element: Element) -> bool:
    """Whether an exchange's values are written without quotes."""
    return "in" in element.facts and not element.facts.get("media_type")


def scalar_types(element: Element) -> frozenset[str] | None:
    """The types a schema names, if they are all plain values; None where it names others."""
    value = _schema(element)
    kinds = value.get("type") if isinstance(value, dict) else None
    named = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(named, list) or not all(isinstance(kind, str) for kind in named):
        return None
    return frozenset(named) if named and SCALARS.issuperset(named) else None


def is_plain_text(part: Spot | None) -> bool:
    """Whether a value is certainly neither list nor object: all styles write it alike."""
    return part is not None and _is_plain(part.followed(), 0)


def _is_plain(part: Spot, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    kinds, values = part.get("type"), part.get("enum")
    if kinds is not None:
        named = kinds if isinstance(kinds, list) else [kinds]
        return all(isinstance(kind, str) and (kind in SCALARS or kind == "null") for kind in named)
    if "const" in (part.value if isinstance(part.value, dict) else ()):
        values = [part.get("const")]
    if isinstance(values, list):
        return not any(isinstance(value, (dict, list)) for value in values)
    for keyword in ("anyOf", "oneOf"):
        branches = part.branches(keyword)
        if branches and all(_is_null(one) or _is_plain(one, depth + 1) for one in branches):
            return True
    return any(_is_plain(one, depth + 1) for one in part.branches("allOf"))


def _is_null(part: Spot) -> bool:
    """Whether an alternative is how generators for OpenAPI 3.0 write null."""
    return bool(part.value == {"nullable": True})


_DEEPEST = 8
"""Alternatives in alternatives that are looked through."""


def takes_any_text(reader: Element, writer: Element) -> bool:
    """Whether the reader takes every text and the writer writes plain values only."""
    value = _schema(reader)
    if not isinstance(value, dict) or scalar_types(writer) is None:
        return False
    return "string" in (scalar_types(reader) or ()) and _LIMITS.isdisjoint(value)


def takes_empty_text(reader: Element) -> bool:
    """Whether a parameter without a value is an empty text, which its schema may take."""
    value = _schema(reader)
    kinds = scalar_types(reader)
    if not isinstance(value, dict) or (kinds is not None and "string" not in kinds):
        return False
    values = value.get("enum")
    return not value.get("minLength") and (not isinstance(values, list) or "" in values)


def repeats(element: Element) -> bool:
    """Whether a list is written by repeating the name, so that one value is a list of one."""
    facts = element.facts
    repeated = facts["style"] == "form" and bool(facts["explode"])
    return repeated and facts["in"] in REPEATED and not facts.get("media_type")


TEXTUAL = ("xml", "x-www-form-urlencoded", "multipart/")
"""Parts of media types in whose bodies values are written without quotes."""


def written_as_text(element: Element) -> bool:
    """Whether the plain values inside an exchange's payload are written without quotes."""
    if travels_as_text(element):
        return True
    media_type = str(element.facts.get("media_type") or "").lower()
    if "json" in media_type:
        return False
    if any(mark in media_type for mark in TEXTUAL):
        return True  # in other text, an object is written nobody knows how
    return media_type.startswith("text/") and scalar_types(element) is not None


def same_as_text(found: Break, schema: Json) -> bool:
    """Whether a break is only about quotes: a number or boolean where any text is read."""
    if found.keyword not in {"type", "oneOf", "anyOf"}:
        return False
    value = found.witness
    for token in pointer.split(found.instance):
        value = pointer.step(value, token)
    return isinstance(value, (bool, int, float, Decimal)) and _takes_text(schema)


def _takes_text(schema: Json) -> bool:
    """Whether a schema takes any text, if only as one of its alternatives."""
    if not isinstance(schema, dict):
        return False
    kinds = schema.get("type")
    if "string" in (kinds if isinstance(kinds, list) else [kinds]):
        return _LIMITS.isdisjoint(schema)
    parts = schema.get("oneOf", schema.get("anyOf"))
    others = _LIMITS - {"oneOf", "anyOf"}
    return (
        kinds is None
        and isinstance(parts, list)
        and others.isdisjoint(schema)
        and any(map(_takes_text, parts))
    )


def item_schema(reader: Element, writer: Element) -> SchemaAt | None:
    """What a lone value must fit where the reader takes a repeated list; None if not the case."""
    spot = start(reader.schema) if reader.schema is not None else None
    if spot is None or spot.get("type") != "array":
        return None
    if scalar_types(writer) is None or not repeats(reader):
        return None
    least = spot.get("minItems") or 0
    if isinstance(least, int) and least > 1:
        return None
    items = spot.below("items")
    return replace(spot.schema, document=spot.document, pointer=items.pointer) if items else None


def _schema(element: Element) -> Json:
    spot = start(element.schema) if element.schema is not None else None
    return spot.value if spot is not None else None
