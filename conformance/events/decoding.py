"""Bytes from a broker as a CloudEvent: structured or binary mode, framed or plain.

CloudEvents bindings: Kafka §3, NATS §3, HTTP §3, AMQP §3. In binary mode the attributes are
headers (``ce_`` at Kafka, ``cloudEvents_`` or ``cloudEvents:`` at AMQP, ``ce-`` elsewhere) and the
value is the data.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

import orjson

from conformance.events.message import Message
from contracts.verdict import Json

Reader = Callable[[int, bytes], Json]
"""Reads what follows a schema id; a ValueError says why it cannot."""
Bare = Callable[[bytes], Json]
_PREFIXES = ("ce_", "ce-", "cloudevents_", "cloudevents:")
_FRAME = 5
"""Bytes of Confluent's frame: a zero and a four-byte schema id."""


def decode(
    value: bytes,
    headers: Mapping[str, str],
    *,
    address: str,
    position: int = 0,
    key: str | None = None,
    received_at: str | None = None,
    read: Reader | None = None,
    bare: Bare | None = None,
) -> Message:
    """The message; what cannot be read says why. ``read`` reads what follows a schema id, ``bare``
    a value without a frame that is not JSON."""
    named = {name.lower(): text for name, text in headers.items()}
    payload: Json = None
    problem: str | None = None
    framed: bytes | None = None
    try:
        payload = _payload(value, named, read, bare)
    except _SchemaNeeded as error:
        problem, framed = str(error), value
    except ValueError as error:
        problem, framed = str(error), value or None
    return Message(address, payload, position, key, dict(headers), received_at, problem, framed)


class _SchemaNeeded(ValueError):
    """Only its schema tells what a framed value says."""


def _payload(
    value: bytes, headers: Mapping[str, str], read: Reader | None, bare: Bare | None
) -> Json:
    attributes = {
        name[len(prefix) :]: text
        for name, text in headers.items()
        for prefix in _PREFIXES
        if name.startswith(prefix)
    }
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if "specversion" not in attributes:
        return _json(value, headers, read, bare)
    event: dict[str, Json] = dict(attributes)
    if media:
        event["datacontenttype"] = media
    framed = value[:1] == b"\0" and ("avro" in media or "protobuf" in media)
    if not media or media.endswith("json") or framed or bare is not None:
        event["data"] = _json(value, headers, read, bare)
    elif "avro" in media or "protobuf" in media:
        raise _SchemaNeeded(f"is {media}; give its schema")
    else:
        event["data_base64"] = base64.b64encode(value).decode()
    return event


def _json(value: bytes, headers: Mapping[str, str], read: Reader | None, bare: Bare | None) -> Json:
    if value[:1] == b"\0" and len(value) > _FRAME:
        number = int.from_bytes(value[1:_FRAME], "big")
        if read is not None:
            return read(number, value[_FRAME:])
        try:
            return orjson.loads(value[_FRAME:])
        except ValueError:
            raise _SchemaNeeded(
                f"is framed with schema id {number} and not JSON inside; give its schema"
            ) from None
    if not value:
        raise ValueError("is empty (a tombstone)")
    try:
        return orjson.loads(value)
    except ValueError as error:
        if bare is not None:
            return bare(value)
        media = headers.get("content-type", "no content type")
        raise ValueError(f"is not JSON ({media}): {error}") from None
