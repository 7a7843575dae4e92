"""Which constraints of a contract's requests a run met, and which it broke on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from conformance.evidence import RecordedRequest
from conformance.http.conformity import RequestRules
from conformance.http.operations import Operation, escape, follow
from contracts.verdict import Json

KEYWORDS = frozenset(
    {"type", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum"}
    | {"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems"}
    | {"minProperties", "maxProperties", "required"}
)
_DEEP = 8
_MOST = 400
"""Requests of one operation and kind that are looked at; then all is seen that will be."""


@dataclass(slots=True)
class _Operation:
    declared: frozenset[str]
    met: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    looked: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})


class Constraints:
    """Counts by operation; ``saw`` costs a validation of the request."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._found: dict[str, _Operation] = {}

    def saw(self, rules: RequestRules, request: RecordedRequest, *, positive: bool) -> None:
        """Note an answered request that was meant to be valid, or not."""
        operation = rules.operation
        known = self._found.get(operation.label)
        if known is None:
            declared = frozenset(self._declared(operation))
            known = self._found[operation.label] = _Operation(declared)
        done = len(known.met if positive else known.broken) == len(known.declared)
        if done or known.looked[positive] >= _MOST:
            return
        known.looked[positive] += 1
        if positive:
            known.met |= known.declared & set(self._met(rules, request))
        else:
            known.broken |= known.declared & set(rules.violations(request))

    def counts(self, operation: Operation) -> tuple[int, int, int]:
        """Declared, met and broken constraints of an operation's requests."""
        known = self._found.get(operation.label)
        if known is None:
            return len(set(self._declared(operation))), 0, 0
        return len(known.declared), len(known.met), len(known.broken)

    def _declared(self, operation: Operation) -> Iterator[str]:
        for parameter in operation.parameters:
            if parameter.required and parameter.location != "path":
                yield f"{parameter.pointer}/required"
            yield from self._of_schema(f"{parameter.pointer}/schema", set(), _DEEP)
        for pointer in self._bodies(operation):
            yield from self._of_schema(pointer, set(), _DEEP)

    def _bodies(self, operation: Operation) -> Iterator[str]:
        if operation.body is not None:
            content, place = follow(self._document, f"{operation.body}/content")
            for media in content if isinstance(content, Mapping) else ():
                yield f"{place}/{escape(str(media))}/schema"

    def _of_schema(self, pointer: str, seen: set[str], depth: int) -> Iterator[str]:
        schema, place = follow(self._document, pointer)
        if not isinstance(schema, Mapping) or place in seen or depth == 0:
            return
        seen.add(place)
        for keyword in schema:
            if keyword in KEYWORDS:
                yield f"{place}/{keyword}"
        for part in _parts(schema):
            yield from self._of_schema(f"{place}/{part}", seen, depth - 1)

    def _met(self, rules: RequestRules, request: RecordedRequest) -> Iterator[str]:
        given = rules.given(request)
        for parameter in rules.operation.parameters:
            if parameter.name in given:
                yield f"{parameter.pointer}/required"
                yield from self._of_schema(f"{parameter.pointer}/schema", set(), _DEEP)
        if request.body is None:
            return
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            return
        for pointer in self._bodies(rules.operation):
            yield from self._of_value(pointer, body, _DEEP)

    def _of_value(self, pointer: str, value: Json, depth: int) -> Iterator[str]:
        """The constraints of a schema that a value had to meet."""
        schema, place = follow(self._document, pointer)
        if not isinstance(schema, Mapping) or depth == 0:
            return
        yield from (f"{place}/{keyword}" for keyword in schema if keyword in KEYWORDS)
        for index in range(len(schema.get("allOf") or ())):
            yield from self._of_value(f"{place}/allOf/{index}", value, depth - 1)
        properties = schema.get("properties")
        if isinstance(value, Mapping) and isinstance(properties, Mapping):
            for name in value.keys() & properties.keys():
                where = f"{place}/properties/{escape(str(name))}"
                yield from self._of_value(where, value[name], depth - 1)
        elif isinstance(value, list) and value and "items" in schema:
            yield from self._of_value(f"{place}/items", value[0], depth - 1)


def _parts(schema: Mapping[str, Json]) -> Iterator[str]:
    properties = schema.get("properties")
    for name in properties if isinstance(properties, Mapping) else ():
        yield f"properties/{escape(str(name))}"
    if isinstance(schema.get("items"), Mapping):
        yield "items"
    parts = schema.get("allOf")
    yield from (f"allOf/{n}" for n in range(len(parts) if isinstance(parts, list) else 0))
