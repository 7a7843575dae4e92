"""Bytes from a broker as a CloudEvent: structured or binary mode, framed or plain.

CloudEvents bindings: Kafka §3, NATS §3, HTTP §3, AMQP §3. In binary mode the attributes are
headers (``ce_`` at Kafka, ``cloudEvents_`` or ``cloudEvents:`` at AMQP, ``ce-`` elsewhere) and the
value is the data.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

import orjson

from conformance.events.message import Message
from contracts.verdict import Json

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
) -> Message:
    """The message; what cannot be read says why."""
    named = {name.lower(): text for name, text in headers.items()}
    payload: Json = None
    problem: str | None = None
    try:
        payload = _payload(value, named)
    except ValueError as error:
        problem = str(error)
    return Message(address, payload, position, key, dict(headers), received_at, problem)


def _payload(value: bytes, headers: Mapping[str, str]) -> Json:
    attributes = {
        name[len(prefix) :]: text
        for name, text in headers.items()
        for prefix in _PREFIXES
        if name.startswith(prefix)
    }
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if "specversion" not in attributes:
        return _json(value, headers)
    event: dict[str, Json] = dict(attributes)
    if media:
        event["datacontenttype"] = media
    if not media or media.endswith("json"):
        event["data"] = _json(value, headers)
    else:
        event["data_base64"] = base64.b64encode(value).decode()
    return event


def _json(value: bytes, headers: Mapping[str, str]) -> Json:
    if value[:1] == b"\0" and len(value) > _FRAME:
        number = int.from_bytes(value[1:_FRAME], "big")
        try:
            return orjson.loads(value[_FRAME:])
        except ValueError:
            raise ValueError(
                f"is framed with schema id {number} and not JSON inside; "
                "Avro and Protobuf need the schema registry"
            ) from None
    if not value:
        raise ValueError("is empty (a tombstone)")
    try:
        return orjson.loads(value)
    except ValueError as error:
        media = headers.get("content-type", "no content type")
        raise ValueError(f"is not JSON ({media}): {error}") from None
