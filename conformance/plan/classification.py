"""Which fields must not be kept: what a contract classifies as restricted or as personal data."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.verdict import Json

KEPT_OUT = frozenset({"restricted"})


def restricted_fields(document: Json) -> frozenset[str]:
    """Names of properties below a schema marked ``x-classification: restricted`` or
    ``x-personal-data: true``."""
    found: set[str] = set()
    stack: list[tuple[Json, bool]] = [(document, False)]
    while stack:
        value, inside = stack.pop()
        if isinstance(value, list):
            stack.extend((item, inside) for item in value)
        elif isinstance(value, Mapping):
            marked = inside or _kept_out(value)
            properties = value.get("properties")
            for name, schema in properties.items() if isinstance(properties, Mapping) else ():
                if marked or (isinstance(schema, Mapping) and _kept_out(schema)):
                    found.add(str(name))
            stack.extend((item, marked) for item in value.values())
    return frozenset(found)


def _kept_out(schema: Mapping[str, Json]) -> bool:
    return schema.get("x-classification") in KEPT_OUT or schema.get("x-personal-data") is True
