"""A value that the writer encodes and the reader fails to resolve, shown by fastavro."""

from __future__ import annotations

import io
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from contracts.formats.avro.resolution import Clash, Step
from contracts.formats.avro.schema import Schema
from contracts.verdict import Json

SAMPLES: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 1,
    "float": 1.5,
    "double": 1.5,
    "bytes": b"bytes",
    "string": "text",
}
WIDEST = 2_000
"""Items of a list in a schema above which fastavro, which tries all branches, is not asked."""
LARGEST = 5_000
"""Parts of a value above which nobody would read it."""


_BYTES = 64
"""Of a `fixed` that take as much room as one other value."""


class Samples:
    """The plainest value of every schema that has one."""

    def __init__(self, root: Schema) -> None:
        self._rank: dict[int, int] = {}
        self._size: dict[int, int] = {}
        schemas = _all(root)
        users: dict[int, list[Schema]] = {}
        for schema in schemas:
            for part in schema.below():
                users.setdefault(id(part), []).append(schema)
        for schema in schemas:  # grows while it is read: who waited for a part is asked again
            if id(schema) not in self._rank and self._inhabited(schema):
                self._rank[id(schema)] = len(self._rank)
                schemas.extend(users.get(id(schema), ()))

    def _inhabited(self, schema: Schema) -> bool:
        """Whether a value can be built from what is known to have one; notes its size."""
        parts = [self._size.get(id(part)) for part in schema.below()]
        if schema.kind == "record":
            if any(size is None for size in parts):
                return False
            self._size[id(schema)] = 1 + sum(size or 0 for size in parts)
        elif schema.kind == "union":
            sizes = [size for size in parts if size is not None]
            if not sizes:
                return False
            self._size[id(schema)] = min(sizes)
        elif schema.kind == "enum" and not schema.symbols:
            return False
        else:
            self._size[id(schema)] = 1 + schema.size // _BYTES
        return True

    def has(self, schema: Schema) -> bool:
        """Whether there is a value of readable size."""
        return self._size.get(id(schema), LARGEST) < LARGEST

    def of(self, schema: Schema, name: str = "") -> Any:
        """The plainest value; only where :meth:`has` said yes."""
        if schema.kind == "record":
            return {
                member.name: self.of(member.schema, member.name)
                for member in schema.fields.values()
            }
        if schema.kind == "union":
            known = [part for part in schema.parts if id(part) in self._rank]
            return self.branch(min(known, key=lambda part: self._rank[id(part)]), None)
        if schema.kind == "array":
            return []
        if schema.kind == "map":
            return {}
        if schema.kind == "enum":
            return schema.symbols[0]
        if schema.kind == "fixed":
            return b"\0" * schema.size
        return name if schema.kind == "string" and name else SAMPLES[schema.kind]

    def branch(self, schema: Schema, value: Any) -> Any:
        """A value of one branch of a union, so that the encoder takes that branch."""
        inner = self.of(schema) if value is None and schema.kind != "null" else value
        return (schema.name or schema.kind, inner)


def sample_of(schema: Schema) -> Json:
    """The plainest value of a schema as JSON; None where none of readable size exists."""
    samples = Samples(schema)
    return as_json(samples.of(schema)) if samples.has(schema) else None


def _all(root: Schema) -> list[Schema]:
    found = [root]
    seen = {id(root)}
    for schema in found:  # grows while it is read
        for part in schema.below():
            if id(part) not in seen:
                seen.add(id(part))
                found.append(part)
    return found


def value_at(root: Schema, clash: Clash, samples: Samples) -> Any:
    """A value of the writer's that goes down the path of a clash.

    Raises:
        LookupError: there is none of readable size.
    """

    def build(schema: Schema, path: tuple[Step, ...], name: str) -> Any:
        if not samples.has(schema):
            raise LookupError(schema.label)
        if not path:
            return clash.symbol if clash.symbol is not None else samples.of(schema, name)
        (kind, which), rest = path[0], path[1:]
        if kind == "branch":
            part = schema.parts[int(which)]
            return samples.branch(part, build(part, rest, name))
        if kind == "item":
            return [build(schema.parts[0], rest, name)]
        if kind == "value":
            return {"key": build(schema.parts[0], rest, name)}
        value = {}
        for member in schema.fields.values():
            if member.name == which:
                value[member.name] = build(member.schema, rest, member.name)
            elif samples.has(member.schema):
                value[member.name] = samples.of(member.schema, member.name)
            else:
                raise LookupError(member.name)
        return value

    return build(root, clash.path, "")


def rejection(writer: Json, reader: Json) -> Callable[[Any], str | None]:
    """A check whether fastavro encodes a value with one schema and cannot read it with the other.

    The check answers the error's words, or None where fastavro reads the value (or does not
    know the schemas). Logical types are left out: they do not take part in resolution.
    """
    import fastavro
    from fastavro.schema import SchemaParseException, UnknownType

    if any(_widest_union(schema) > WIDEST for schema in (writer, reader)):
        return lambda _value: None
    try:
        written = fastavro.parse_schema(_plain(writer))
        read = fastavro.parse_schema(_plain(reader))
    except (SchemaParseException, UnknownType, ValueError, TypeError, KeyError, RecursionError):
        return lambda _value: None

    def check(value: Any) -> str | None:
        stream = io.BytesIO()
        try:
            fastavro.schemaless_writer(stream, written, value)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, LookupError):
            return None
        stream.seek(0)
        try:
            fastavro.schemaless_reader(stream, written, read)
        except fastavro.read.SchemaResolutionError as error:
            return " ".join(str(error).split())[:300] or "cannot be resolved"
        except (ValueError, TypeError, LookupError, RecursionError, EOFError):
            return None
        return None

    return check


def _widest_union(schema: Json) -> int:
    """The branches of the largest union in a schema."""
    widest, waiting = 0, [schema]
    for value in waiting:  # grows while it is read
        if isinstance(value, dict):
            waiting += [part for key, part in value.items() if key not in {"symbols", "fields"}]
            waiting += value["fields"] if isinstance(value.get("fields"), list) else []
        elif isinstance(value, list):
            widest = max(widest, len(value))
            waiting += value
    return widest


def _plain(schema: Json) -> Json:
    """A copy without logical types."""
    copied = deepcopy(schema)
    waiting = [copied]
    for value in waiting:  # grows while it is read
        if isinstance(value, dict):
            if "type" in value:
                value.pop("logicalType", None)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return copied


def as_json(value: Any) -> Json:
    """An Avro value the way people read it: bytes as text, branches without their names."""
    if isinstance(value, tuple):
        return as_json(value[1])
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {key: as_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value
