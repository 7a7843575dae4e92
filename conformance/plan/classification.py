"""Which fields must not be kept: those that a contract itself classifies as restricted."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.verdict import Json

KEPT_OUT = frozenset({"restricted"})


def restricted_fields(document: Json) -> frozenset[str]:
    """Names of properties below a schema marked ``x-classification: restricted``."""
    found: set[str] = set()
    stack: list[tuple[Json, bool]] = [(document, False)]
    while stack:
        value, inside = stack.pop()
        if isinstance(value, list):
            stack.extend((item, inside) for item in value)
        elif isinstance(value, Mapping):
            marked = inside or value.get("x-classification") in KEPT_OUT
            properties = value.get("properties")
            for name, schema in properties.items() if isinstance(properties, Mapping) else ():
                own = isinstance(schema, Mapping) and schema.get("x-classification") in KEPT_OUT
                if marked or own:
                    found.add(str(name))
            stack.extend((item, marked) for item in value.values())
    return frozenset(found)
