"""What one message shows by itself: its schema, envelope, ids, key and age."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from conformance.events.channels import Channel, MessageType
from conformance.events.findings import Fault
from conformance.events.message import Message
from conformance.http.responses import undeclared
from contracts.verdict import Json

TOKEN = re.compile(r"[A-Za-z0-9._:-]{1,64}")
SHOWN_ERRORS = 5
DEEP = 12
"""Levels of a payload that are searched for undeclared members."""


def violations(event: Json, kind: MessageType) -> Iterator[Fault]:
    """Where it does not follow the schema of the message it is meant to be."""
    errors = kind.validator.iter_errors(event)
    for error, _ in zip(errors, range(SHOWN_ERRORS), strict=False):
        at = "/" + "/".join(map(str, error.instance_path)) if error.instance_path else "message"
        keyword = "/".join(map(str, error.schema_path))
        yield Fault("payload", f"{at}: {error.message}"[:500], kind.payload, cause=keyword)


def envelope(event: Mapping[str, Json]) -> Iterator[Fault]:
    """Required attributes of CloudEvents 1.0 §3.1, and the time where it is given."""
    for name in ("specversion", "id", "source", "type"):
        if not isinstance(event.get(name), str) or not event[name]:
            yield Fault("envelope", f"the attribute {name!r} is missing or empty", cause=name)
    time = event.get("time")
    if time is not None and instant(time) is None:
        yield Fault("envelope", f"time is {time!r}, which is not RFC 3339", cause="time")


def correlation(event: Mapping[str, Json], kind: MessageType | None) -> Iterator[Fault]:
    """The correlation id that the contract points to; a causation id where one is given."""
    if kind is None or kind.correlation is None:
        return
    value: Any = event
    for token in kind.correlation:
        value = value.get(token) if isinstance(value, Mapping) else None
    for name, given in ((kind.correlation[-1], value), ("causationid", event.get("causationid"))):
        if given is None and name == "causationid":
            continue
        if not isinstance(given, str) or not TOKEN.fullmatch(given):
            yield Fault("correlation", f"{name} is {given!r}", kind.pointer, cause=name)


def partition(event: Mapping[str, Json], message: Message, channel: Channel) -> Iterator[Fault]:
    """The key that x-partition-key declares, as attribute and at the broker."""
    if not channel.partition_key:
        return
    parts: list[str] = []
    for path in channel.partition_key:
        value: Any = event
        for token in path:
            value = value.get(token) if isinstance(value, Mapping) else None
        parts.append(str(value))
    declared = ":".join(parts)
    names = ", ".join(".".join(path) for path in channel.partition_key)
    given = event.get("partitionkey")
    if given is not None and given != declared:
        yield Fault("partition_key", f"partitionkey is {given!r}; {names} is {declared!r}")
    elif message.key is not None and message.key != declared:
        yield Fault("partition_key", f"the broker's key is {message.key!r}; it is {declared!r}")


def lateness(event: Mapping[str, Json], message: Message, freshness: float) -> Iterator[Fault]:
    """How long it took from ``time`` to its arrival; ``freshness`` in seconds."""
    happened, came = instant(event.get("time")), instant(message.received_at)
    if happened is None or came is None:
        return
    late = (came - happened).total_seconds()
    if late > freshness:
        yield Fault(
            "lateness", f"it came {late:.0f} s after it happened; {freshness:.0f} s are allowed"
        )


def instant(value: Json) -> datetime | None:
    """An RFC 3339 instant with its offset; None for anything else."""
    if not isinstance(value, str) or len(value) < 20:
        return None
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def undocumented(event: Json, kind: MessageType, document: Json) -> Iterator[Fault]:
    """Members that no schema of the message names."""
    for pointer, name in undeclared(document, kind.payload, event, DEEP):
        text = f"the field {name!r} is not declared"
        yield Fault("undocumented_field", text, pointer, cause=name)


def style(event: Mapping[str, Json], kind: MessageType | None, channel: Channel) -> Iterator[Fault]:
    """A thin event has nothing but declared members without records; a fat one its state."""
    data = event.get("data")
    if not isinstance(data, Mapping):
        return
    if channel.style == "thin":
        declared = kind.fields if kind is not None else frozenset()
        for name, value in data.items():
            record = isinstance(value, Mapping) or (
                isinstance(value, list) and any(isinstance(item, Mapping) for item in value)
            )
            if record or (declared and name not in declared):
                what = "a record" if record else "undeclared"
                text = f"a thin event carries {name!r}, which is {what}"
                yield Fault("event_style", text, channel.pointer, cause=name)
    elif channel.style == "fat":
        for path in channel.state:
            stated: Any = event
            for token in path:
                stated = stated.get(token) if isinstance(stated, Mapping) else None
            if stated is None or stated in ([], {}):
                name = ".".join(path)
                text = f"a fat event lacks {name}, so that its readers have to ask back"
                yield Fault("event_style", text, channel.pointer, cause=name)
