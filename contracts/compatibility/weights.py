"""How heavy a break of the engine is: an error, unless a named policy says that nobody is hurt."""

from __future__ import annotations

from contracts.compatibility.policies import Content, EnumGrowth, Policies
from contracts.formats.contract import Element, Side
from contracts.verdict import Json, Level, Place

DESCRIBED_OBJECTS = "described-objects"
"""Assumption: whoever describes the members of a value, and not its type, sends an object."""

_OTHERWISE = frozenset(
    {"type", "enum", "const", "items", "prefixItems", "if", "not", "oneOf", "anyOf", "allOf"}
    | {"$ref", "$dynamicRef", "nullable"}
)
"""Keywords beside which `properties` alone does not tell what a value is."""


def weight(
    rule: str, places: tuple[Place, Place], schema: Json, reader: Element, policies: Policies
) -> tuple[Level, tuple[str, ...]]:
    """The level of a break and the policies that lighten it.

    ``places``: where it stands at the writer and the reader; ``schema``: the reader's, around it.
    """
    grows = rule == "enum-value-added" and reader.writer is Side.PROVIDER
    says_so = isinstance(schema, dict) and bool(schema.get("x-extensible-enum"))
    if grows and (says_so or policies.enum_growth is EnumGrowth.WARNS):
        return Level.WARNING, (EnumGrowth.WARNS.value,)
    declared = policies.content is Content.DECLARED and rule in _OF_TYPE
    writer, wanted = (place.value for place in places)
    if declared and wanted in ("object", ["object"]) and _describes_object(writer):
        return Level.WARNING, (DESCRIBED_OBJECTS,)
    return Level.ERROR, ()


_OF_TYPE = {"type-narrowed", "type-widened"}


def _describes_object(schema: Json) -> bool:
    """Whether a schema lists members and says nothing of what else a value may be."""
    return (
        isinstance(schema, dict)
        and isinstance(schema.get("properties"), dict)
        and bool(schema["properties"])
        and _OTHERWISE.isdisjoint(schema)
    )
