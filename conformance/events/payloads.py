"""Payloads declared in another language than JSON Schema: Avro and Protocol Buffers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from conformance.events.protobuf import Proto
from conformance.events.schemas import plain
from contracts.errors import DocumentUnreadable
from contracts.verdict import Json

AVRO = "application/vnd.apache.avro"
PROTOBUF = "application/vnd.google.protobuf"


@dataclass(frozen=True, slots=True)
class Binary:
    """How the value of a message is read, with Confluent's frame and without."""

    framed: Callable[[bytes], Json]
    bare: Callable[[bytes], Json]
    valid: Callable[[Json], str | None] = field(default=lambda _value: None)
    """What is wrong with a value that came as JSON."""

    def is_valid(self, event: Json) -> bool:
        """Whether a message that was captured as JSON is one of these."""
        return self.valid(_data(event)) is None

    def iter_errors(self, event: Json) -> Iterator[Any]:
        """As a validator of JSON Schema tells it."""
        wrong = self.valid(_data(event))
        if wrong is not None:
            yield SimpleNamespace(instance_path=[], schema_path=["schema"], message=wrong)


def binary(kind: str, schema: Json, name: str) -> Binary | None:
    """The reader of a ``schemaFormat``; None where that language is not read.

    Raises:
        DocumentUnreadable: the schema is none of that language.
    """
    if kind.startswith(AVRO):
        return _avro(schema, name)
    if kind.startswith(PROTOBUF) and isinstance(schema, str):
        proto = Proto(schema, name)
        return Binary(proto.framed, lambda value: proto.read(proto.sent(), value))
    return None


def _avro(schema: Json, name: str) -> Binary:
    import fastavro

    try:
        parsed = fastavro.parse_schema(copy.deepcopy(schema))
        loose = fastavro.parse_schema(_without_logical(schema))
    except Exception as error:  # noqa: BLE001 - a hostile schema ends the parser in many ways
        raise DocumentUnreadable(f"holds no Avro schema: {error}"[:300], source=name) from None

    def read(value: bytes) -> Json:
        content = BytesIO(value)
        try:
            found = fastavro.schemaless_reader(content, parsed, None)
        except Exception as error:  # noqa: BLE001 - as above, of a value
            raise ValueError(f"is not Avro of its schema: {type(error).__name__}") from None
        if content.read(1):
            raise ValueError("has bytes left behind its value")
        return plain(found)

    def valid(value: Json) -> str | None:
        try:
            return None if fastavro.validate(value, loose, raise_errors=False) else "is not Avro"
        except Exception as error:  # noqa: BLE001 - as above
            return f"is not Avro: {type(error).__name__}"

    return Binary(read, read, valid)


def _without_logical(schema: Json) -> Any:
    """The schema as JSON values follow it: what is written as text is a text."""
    if isinstance(schema, Mapping):
        logical = schema.get("logicalType")
        if logical is not None and not isinstance(schema.get("fields"), list):
            return "string" if logical in {"decimal", "uuid"} else [schema["type"], "string"]
        return {name: _without_logical(value) for name, value in schema.items()}
    if isinstance(schema, list):
        return [_without_logical(item) for item in schema]
    return schema


def _data(event: Json) -> Json:
    return event.get("data") if isinstance(event, Mapping) and "specversion" in event else event
