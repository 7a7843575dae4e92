"""Values behind Confluent's frame: the schema id says how they are to be read.

Schemas come from a file: ``{"7": <Avro schema or subject version of a schema registry>, …}``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from conformance.events.decoding import decode
from conformance.events.message import Message
from conformance.events.protobuf import Proto
from contracts.errors import DocumentUnreadable
from contracts.verdict import Json


class Schemas:
    """Avro and Protocol Buffers schemas by their id, compiled once."""

    def __init__(self, avro: dict[int, Any], proto: dict[int, Proto] | None = None) -> None:
        self._avro = avro
        self._proto = proto or {}

    @classmethod
    def load(cls, path: Path) -> Schemas:
        """The schemas of a file; a value is an Avro schema, or ``{"schema": "…"}`` around its text.

        Raises:
            DocumentUnreadable: it is not there, or holds something that is no Avro schema.
        """
        import fastavro

        try:
            stated = orjson.loads(path.read_bytes())
        except OSError as error:
            raise DocumentUnreadable(
                f"cannot be read: {error.strerror}", source=str(path)
            ) from None
        except ValueError as error:
            raise DocumentUnreadable(f"is not JSON: {error}", source=str(path)) from None
        if not isinstance(stated, dict) or not all(name.isdigit() for name in stated):
            raise DocumentUnreadable(
                "must be an object from schema ids to schemas", source=str(path)
            )
        found: dict[int, Any] = {}
        proto: dict[int, Proto] = {}
        for name, value in stated.items():
            try:
                if isinstance(value, dict) and isinstance(value.get("schema"), str):
                    kind = value.get("schemaType", "AVRO")
                    if kind == "PROTOBUF":
                        proto[int(name)] = Proto(value["schema"], str(path))
                        proto[int(name)].first()
                        continue
                    if kind != "AVRO":
                        raise ValueError(f"{kind} is not supported")
                    value = json.loads(value["schema"])  # noqa: PLW2901
                found[int(name)] = fastavro.parse_schema(value)
            except (
                ValueError,
                TypeError,
                KeyError,
                RecursionError,
                fastavro.schema.SchemaParseException,
            ) as error:
                text = f"schema {name} cannot be used: {error}"
                raise DocumentUnreadable(text, source=str(path)) from None
        return cls(found, proto)

    def read(self, number: int, value: bytes) -> Json:
        """What a value says.

        Raises:
            ValueError: there is no such schema, or the value does not follow it.
        """
        import fastavro

        if number in self._proto:
            return self._proto[number].framed(value)
        schema = self._avro.get(number)
        if schema is None:
            known = ", ".join(map(str, sorted({*self._avro, *self._proto}))) or "none"
            raise ValueError(f"is framed with schema id {number}; known are {known}")
        content = BytesIO(value)
        try:
            found = fastavro.schemaless_reader(content, schema, None)
        except Exception as error:  # noqa: BLE001 - a hostile value ends the reader in many ways
            text = f"is framed with schema id {number} and not Avro of that schema"
            raise ValueError(f"{text}: {type(error).__name__}") from None
        if content.read(1):
            raise ValueError(f"has bytes left behind the value of schema id {number}")
        return plain(found)


def with_schemas(messages: Iterable[Message], schemas: Schemas) -> Iterator[Message]:
    """The messages, with those read that need one of these schemas."""
    for message in messages:
        if message.framed is None:
            yield message
            continue
        yield decode(
            message.framed,
            message.headers,
            address=message.address or "",
            position=message.position,
            key=message.key,
            received_at=message.received_at,
            read=schemas.read,
        )


def plain(value: Any) -> Json:
    """A value of Avro as JSON: decimals and instants as text, bytes in base64."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
