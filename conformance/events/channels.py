"""The channels of AsyncAPI 3 documents: addresses, messages, keys, compiled once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from conformance.events.payloads import Binary, binary
from conformance.events.relations import ControlTotal
from conformance.http.operations import escape, follow
from contracts.verdict import Json

_JSON_FORMATS = ("application/schema+json", "application/vnd.aai.asyncapi")


@dataclass(frozen=True, slots=True)
class MessageType:
    """One declared message with its compiled payload schema."""

    name: str
    source: str
    pointer: str
    payload: str
    """Pointer of the payload's schema."""
    validator: Any
    type: str | None
    """The CloudEvents type it is fixed to, if it is."""
    correlation: tuple[str, ...] | None
    """Path of the correlation id inside the payload."""
    headers: frozenset[str]
    """Headers that must come with it."""
    binary: Binary | None = None
    """How its values are read, where they are no JSON."""
    fields: frozenset[str] = frozenset()
    """Members that its data is declared to have."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One address and what may come there."""

    address: str
    source: str
    pointer: str
    messages: tuple[MessageType, ...]
    partition_key: tuple[tuple[str, ...], ...]
    """Paths into the payload whose values, joined with ``:``, make the key."""
    dead_letter_of: str | None = None
    dead_letters: str | None = None
    """Where messages go that nobody can process (``x-dead-letter``)."""
    style: str | None = None
    """``thin`` or ``fat`` (``x-event-style``)."""
    state: tuple[tuple[str, ...], ...] = ()
    """What a fat event carries beyond what its schema requires (``x-state``)."""
    control: ControlTotal | None = None


class Channels:
    """Every channel of some documents, by address and by CloudEvents type."""

    def __init__(self, documents: Iterable[tuple[str, Mapping[str, Json]]]) -> None:
        self.by_address: dict[str, Channel] = {}
        self.by_type: dict[str, Channel] = {}
        self.unsupported: list[str] = []
        for name, document in documents:
            for channel in self._read(name, document):
                self.by_address.setdefault(channel.address, channel)
                if channel.dead_letter_of is None:
                    for message in channel.messages:
                        if message.type is not None:
                            self.by_type.setdefault(message.type, channel)

    def _read(self, source: str, document: Mapping[str, Json]) -> Iterator[Channel]:
        declared, base = follow(document, "/channels")
        for name in declared if isinstance(declared, Mapping) else ():
            channel, place = follow(document, f"{base}/{escape(str(name))}")
            if not isinstance(channel, Mapping):
                continue
            address = channel.get("address")
            yield Channel(
                address=str(address if address is not None else name),
                source=source,
                pointer=place,
                messages=tuple(self._messages(source, document, place)),
                partition_key=tuple(
                    tuple(str(path).split(".")) for path in channel.get("x-partition-key") or ()
                ),
                dead_letter_of=channel.get("x-dead-letter-of"),
                dead_letters=channel.get("x-dead-letter"),
                style=channel.get("x-event-style"),
                state=tuple(tuple(str(p).split(".")) for p in channel.get("x-state") or ()),
                control=ControlTotal.read(channel.get("x-control-total")),
            )

    def _messages(
        self, source: str, document: Mapping[str, Json], channel: str
    ) -> Iterator[MessageType]:
        declared, base = follow(document, f"{channel}/messages")
        for name in declared if isinstance(declared, Mapping) else ():
            message, place = follow(document, f"{base}/{escape(str(name))}")
            if not isinstance(message, Mapping):
                continue
            payload = f"{place}/payload"
            schema, where = follow(document, payload)
            if isinstance(schema, Mapping) and "schemaFormat" in schema:
                kind = str(schema["schemaFormat"])
                payload = f"{where}/schema"
                if not kind.startswith(_JSON_FORMATS):
                    stated, where = follow(document, payload)
                    reader = binary(kind, stated, source)
                    if reader is None:
                        self.unsupported.append(f"{source}: {name} has {kind}")
                        continue
                    yield MessageType(
                        name=str(message.get("name") or name),
                        source=source,
                        pointer=place,
                        payload=where,
                        validator=reader,
                        type=None,
                        correlation=_correlation(document, place),
                        headers=_required_headers(document, place),
                        binary=reader,
                    )
                    continue
                schema, where = follow(document, payload)
            yield MessageType(
                name=str(message.get("name") or name),
                source=source,
                pointer=place,
                payload=where,
                validator=_validator(document, payload),
                type=_fixed(document, where),
                correlation=_correlation(document, place),
                headers=_required_headers(document, place),
                fields=_fields(document, where),
            )


def _validator(document: Mapping[str, Json], pointer: str) -> Any:
    schema = {**document, "$ref": "#" + quote(pointer, safe="/~")}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)


def _fixed(document: Mapping[str, Json], schema: str) -> str | None:
    value, _ = follow(document, f"{schema}/properties/type")
    fixed = value.get("const") if isinstance(value, Mapping) else None
    return fixed if isinstance(fixed, str) else None


def _correlation(document: Mapping[str, Json], message: str) -> tuple[str, ...] | None:
    value, _ = follow(document, f"{message}/correlationId")
    location = str(value.get("location", "")) if isinstance(value, Mapping) else ""
    prefix = "$message.payload#/"
    return tuple(location[len(prefix) :].split("/")) if location.startswith(prefix) else None


def _required_headers(document: Mapping[str, Json], message: str) -> frozenset[str]:
    value, _ = follow(document, f"{message}/headers")
    required = value.get("required") if isinstance(value, Mapping) else None
    return frozenset(map(str, required)) if isinstance(required, list) else frozenset()


def _fields(document: Mapping[str, Json], schema: str) -> frozenset[str]:
    names: set[str] = set()
    _, data = follow(document, f"{schema}/properties/data")
    value, place = follow(document, data)
    parts = value.get("allOf") if isinstance(value, Mapping) else None
    for pointer in (place, *(f"{place}/allOf/{n}" for n in range(len(parts or ())))):
        part, _ = follow(document, pointer)
        properties = part.get("properties") if isinstance(part, Mapping) else None
        names |= set(map(str, properties)) if isinstance(properties, Mapping) else set()
    return frozenset(names)
