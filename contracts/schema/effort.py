"""How much work a validator has with a value: schemas can make it exponential.

Validators follow every reference anew. Forty definitions that each apply the next one twice ask
for 2⁴⁰ steps; counting the ways, each schema and value once, takes forty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.schema.compiler import Compiler
from contracts.schema.locations import Location
from contracts.verdict import Json

LIMIT = 200_000
"""Schema applications that a validator is asked to do for one value."""


class Effort:
    """Counts schema applications, each pair of schema and value once."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._known: dict[tuple[Any, int], int] = {}

    def of(self, at: Location, value: Json) -> int:
        """Schema applications for a value, counted up to :data:`LIMIT`."""
        name = (at.identity, id(value))
        known = self._known.get(name)
        if known is None:
            self._known[name] = LIMIT  # a schema inside itself for the same value
            known = 1
            for place, part in self._applied(at, value):
                known += self.of(place, part)
                if known >= LIMIT:
                    known = LIMIT
                    break
            self._known[name] = known
        return known

    def _applied(self, at: Location, value: Json) -> Iterator[tuple[Location, Json]]:
        for place in self._compiler.beside(at):
            yield place, value
        raw = at.raw
        if not isinstance(raw, dict) or ("$ref" in raw and not at.dialect.rules.siblings):
            return
        if isinstance(value, dict):
            yield from _members(at, raw, value)
        elif isinstance(value, list):
            yield from _items(at, raw, value)


def _members(
    at: Location, raw: dict[str, Json], value: dict[str, Json]
) -> Iterator[tuple[Location, Json]]:
    declared = raw.get("properties")
    for name, item in value.items():
        if isinstance(declared, dict) and name in declared:
            yield at.child("properties", name), item
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(raw.get(keyword), dict):
                yield at.child(keyword), item
        patterns = raw.get("patternProperties")
        if isinstance(patterns, dict):
            for pattern in patterns:
                yield at.child("patternProperties", pattern), item


def _items(
    at: Location, raw: dict[str, Json], value: list[Json]
) -> Iterator[tuple[Location, Json]]:
    for index, item in enumerate(value):
        for keyword in ("prefixItems", "items"):
            prefix = raw.get(keyword)
            if isinstance(prefix, list) and index < len(prefix):
                yield at.child(keyword, index), item
        for keyword in ("items", "additionalItems", "unevaluatedItems", "contains"):
            if isinstance(raw.get(keyword), dict):
                yield at.child(keyword), item
