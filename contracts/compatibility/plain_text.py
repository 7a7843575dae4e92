"""Values that travel as text (parameters, headers): what types mean when nobody writes quotes.

A number, a boolean and a string look alike in a URL, so a reader that takes any text takes
them all; and one value is a list of one where a list is written by repeating the name
(OpenAPI 3.1.1 section 4.8.12.4).
"""

from __future__ import annotations

from decimal import Decimal

from contracts.compatibility.spots import Spot
from contracts.documents import pointer
from contracts.formats.contract import Element
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
    """Whether a part of a form is certainly neither list nor object: all styles write it alike."""
    if part is None:
        return False
    part = part.followed()
    kinds = part.get("type")
    if kinds is not None:
        named = kinds if isinstance(kinds, list) else [kinds]
        return all(isinstance(kind, str) and kind in SCALARS for kind in named)
    branches = [*part.branches("anyOf"), *part.branches("oneOf")]
    return bool(branches) and all(
        isinstance(branch.get("type"), str) and branch.get("type") in SCALARS for branch in branches
    )


def takes_any_text(reader: Element, writer: Element) -> bool:
    """Whether the reader takes every text and the writer writes plain values only."""
    value = _schema(reader)
    if not isinstance(value, dict) or scalar_types(writer) is None:
        return False
    return "string" in (scalar_types(reader) or ()) and _LIMITS.isdisjoint(value)


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
    value, schema = _schema(reader), reader.schema
    if schema is None or not isinstance(value, dict) or value.get("type") != "array":
        return None
    if scalar_types(writer) is None or not repeats(reader) or "items" not in value:
        return None
    least = value.get("minItems", 0)
    if isinstance(least, int) and least > 1:
        return None
    return SchemaAt(schema.document, f"{schema.pointer}/items", schema.dialect, schema.references)


def _schema(element: Element) -> Json:
    if element.schema is None:
        return None
    data, at = element.schema.document.data, element.schema.pointer
    return pointer.resolve(data, pointer.split(at))
