"""Avro schemas as values: named types resolved, every part knowing where it stands.

Source: Apache Avro 1.12.0 specification, Schema Declaration and Names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.documents import Document, pointer
from contracts.errors import InvalidContract
from contracts.lean_dataclasses import dataclass, field
from contracts.verdict import Json

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED = frozenset({"record", "enum", "fixed"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DEEPEST = 120
"""Schemas inside schemas; flat definitions that refer to each other may be deeper."""


@dataclass(slots=True, eq=False)
class Field:
    """A field of a record."""

    name: str
    schema: Schema
    pointer: str
    aliases: tuple[str, ...] = ()
    has_default: bool = False
    default: Json = None


@dataclass(slots=True, eq=False)
class Schema:
    """One schema. ``kind`` is a primitive's name, ``record``, ``enum``, ``fixed``, ``array``,
    ``map`` or ``union``; ``name`` and ``aliases`` are full names."""

    kind: str
    pointer: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    fields: dict[str, Field] = field(default_factory=dict)
    parts: tuple[Schema, ...] = ()
    """Items of an array, values of a map, branches of a union."""
    symbols: tuple[str, ...] = ()
    default: str | None = None
    """An enum's default symbol."""
    size: int = 0
    logical: tuple[Json, ...] = ()
    """Logical type with its parameters."""

    @property
    def short_name(self) -> str:
        """The name without its namespace, which is what resolution compares."""
        return self.name.rpartition(".")[2]

    @property
    def label(self) -> str:
        """What a user calls it."""
        return f"{self.kind} {self.name}" if self.name else self.kind

    def below(self) -> Iterator[Schema]:
        """The schemas directly inside."""
        yield from self.parts
        for member in self.fields.values():
            yield member.schema


def parse(document: Document, at: str = "") -> Schema:
    """The Avro schema at a pointer of a document.

    Raises:
        InvalidContract: what stands there is not an Avro schema; names the place.
    """
    return _Parser(document).schema(document.get(at), at, "", 0)


@dataclass(slots=True)
class _Parser:
    document: Document
    names: dict[str, Schema] = field(default_factory=dict)

    def wrong(self, message: str, at: str) -> InvalidContract:
        return InvalidContract(
            message, source=self.document.name, line=self.document.line(at), pointer=at or None
        )

    def schema(self, value: Json, at: str, space: str, depth: int) -> Schema:
        if depth > DEEPEST:
            raise self.wrong(f"Avro schemas nested deeper than {DEEPEST}; name them apart", at)
        if isinstance(value, str):
            return self._named(value, at, space)
        if isinstance(value, list):
            parts = (
                self.schema(part, pointer.join(at, index), space, depth + 1)
                for index, part in enumerate(value)
            )
            return Schema("union", at, parts=tuple(parts))
        if not isinstance(value, dict) or "type" not in value:
            raise self.wrong("an Avro schema is a name, a list or an object with a 'type'", at)
        return self._object(value, at, space, depth)

    def _object(self, value: dict[str, Json], at: str, space: str, depth: int) -> Schema:
        kind = value["type"]
        if not isinstance(kind, str):
            return self.schema(kind, pointer.join(at, "type"), space, depth + 1)
        if kind in ("record", "error"):
            return self._record(value, at, space, depth)
        if kind == "enum":
            return self._enum(value, at, space)
        if kind == "fixed":
            return self._fixed(value, at, space)
        if kind in ("array", "map"):
            inner = "items" if kind == "array" else "values"
            if inner not in value:
                raise self.wrong(f"an Avro {kind} needs '{inner}'", at)
            part = self.schema(value[inner], pointer.join(at, inner), space, depth + 1)
            return Schema(kind, at, parts=(part,), logical=_logical(value))
        found = self._named(kind, at, space)
        if kind in PRIMITIVES:
            found.logical = _logical(value)
        return found

    def _named(self, name: str, at: str, space: str) -> Schema:
        if name in PRIMITIVES:
            return Schema(name, at)
        for full in (name if "." in name or not space else f"{space}.{name}", name):
            if full in self.names:
                return self.names[full]
        raise self.wrong(f"no Avro type is called {name!r} here; define it before its use", at)

    def _declared(self, value: dict[str, Json], at: str, space: str) -> tuple[Schema, str]:
        """A named type under its full name, known from now on (also to itself)."""
        name = value.get("name")
        if not isinstance(name, str) or not all(map(_NAME.fullmatch, name.split("."))):
            raise self.wrong("a named Avro type needs a 'name' of letters, digits and '_'", at)
        if "." in name:
            space = name.rpartition(".")[0]
        elif isinstance(value.get("namespace"), str):
            space = value["namespace"]
        full = name if "." in name or not space else f"{space}.{name}"
        if full in self.names:
            raise self.wrong(f"the Avro type {full!r} is defined twice", at)
        listed = value.get("aliases")
        aliases = tuple(
            alias if "." in alias or not space else f"{space}.{alias}"
            for alias in (listed if isinstance(listed, list) else ())
            if isinstance(alias, str)
        )
        kind = "record" if value["type"] == "error" else value["type"]
        schema = Schema(kind, at, name=full, aliases=aliases, logical=_logical(value))
        self.names[full] = schema
        return schema, space

    def _record(self, value: dict[str, Json], at: str, space: str, depth: int) -> Schema:
        schema, space = self._declared(value, at, space)
        fields = value.get("fields")
        if not isinstance(fields, list):
            raise self.wrong(f"the Avro record {schema.name!r} needs a list of 'fields'", at)
        for index, member in enumerate(fields):
            here = pointer.join(at, "fields", index)
            name = member.get("name") if isinstance(member, dict) else None
            if not isinstance(name, str) or "type" not in member:
                raise self.wrong("a field needs a 'name' and a 'type'", here)
            if name in schema.fields:
                raise self.wrong(f"the field {name!r} is there twice", here)
            listed = member.get("aliases")
            schema.fields[name] = Field(
                name,
                self.schema(member["type"], pointer.join(here, "type"), space, depth + 1),
                here,
                tuple(a for a in listed if isinstance(a, str)) if isinstance(listed, list) else (),
                "default" in member,
                member.get("default"),
            )
        return schema

    def _enum(self, value: dict[str, Json], at: str, space: str) -> Schema:
        schema, _ = self._declared(value, at, space)
        symbols = value.get("symbols")
        if not isinstance(symbols, list) or not all(isinstance(s, str) for s in symbols):
            raise self.wrong(f"the Avro enum {schema.name!r} needs a list of 'symbols'", at)
        schema.symbols = tuple(symbols)
        default = value.get("default")
        schema.default = default if isinstance(default, str) else None
        return schema

    def _fixed(self, value: dict[str, Json], at: str, space: str) -> Schema:
        schema, _ = self._declared(value, at, space)
        size = value.get("size")
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise self.wrong(f"the Avro fixed {schema.name!r} needs a 'size' in bytes", at)
        schema.size = size
        return schema


def _logical(value: dict[str, Json]) -> tuple[Json, ...]:
    name = value.get("logicalType")
    if not isinstance(name, str):
        return ()
    if name == "decimal":
        return (name, value.get("precision"), value.get("scale", 0))
    return (name,)
