"""What a consumer uses of a contract, as far as recorded traffic or captured messages show it.

Traffic shows what was sent and received, not what was read: everything received counts as read,
until the consumer's team strikes out what it passes over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from conformance.events.channels import Channel, Channels, MessageType
from conformance.events.message import Message
from conformance.http.operations import Operation, operations
from conformance.http.traffic import Exchange, Router
from contracts.documents import Document
from contracts.governance.fieldpath import FieldPath
from contracts.verdict import Json

MOST_FIELDS = 2_000
"""Fields of one operation or message; what is deeper is covered by the field around it."""
DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Observed:
    """Uses in the words of ``contract.yaml`` ``consumers[]``, and how much they rest on."""

    uses: tuple[Mapping[str, Any], ...]
    taken: int
    """Exchanges or messages that belong to the contract."""
    strange: int
    """Others, which it says nothing about."""


@dataclass(slots=True)
class _Seen:
    """What the exchanges of one operation had: in any of them, and in every one."""

    reads: set[str] = field(default_factory=set)
    any_sent: set[str] = field(default_factory=set)
    always_sent: set[str] | None = None
    any_headers: set[str] = field(default_factory=set)
    always_headers: set[str] | None = None
    any_parameters: set[str] = field(default_factory=set)
    always_parameters: set[str] | None = None

    def add(self, sent: set[str], headers: set[str], parameters: set[str]) -> None:
        """One more request."""
        self.any_sent |= sent
        self.always_sent = sent if self.always_sent is None else self.always_sent & sent
        self.any_headers |= headers
        known = self.always_headers
        self.always_headers = headers if known is None else known & headers
        self.any_parameters |= parameters
        known = self.always_parameters
        self.always_parameters = parameters if known is None else known & parameters


def use_of_traffic(document: Document, exchanges: Iterable[Exchange], base: str = "") -> Observed:
    """The operations that were called, with what was sent and received. ``base`` is cut off paths.

    Only headers and parameters that the contract declares count; the rest is a client's own.
    """
    known = operations(document.data if isinstance(document.data, dict) else {})
    router = Router(known, base)
    found: dict[str, tuple[Operation, _Seen]] = {}
    taken = strange = 0
    for request, response in exchanges:
        operation, _ = router.find(request)
        if operation is None:
            strange += 1
            continue
        taken += 1
        _, seen = found.setdefault(operation.label, (operation, _Seen()))
        declared = {(p.location, p.name.casefold()): p.name for p in operation.parameters}
        headers = {
            declared["header", name.casefold()]
            for name, _ in request.headers
            if ("header", name.casefold()) in declared
        }
        query = {name for name, _ in parse_qsl(urlsplit(request.url).query, True)}
        parameters = {p.name for p in operation.parameters if p.location == "path"}
        parameters |= {p.name for p in operation.parameters if p.name in query}
        seen.add(set(_fields(_json(request.body))), headers, parameters)
        seen.reads |= set(_fields(_json(response.body)))
    uses = [use for operation, seen in found.values() for use in _uses(operation, seen)]
    return Observed(tuple(uses), taken, strange)


def use_of_messages(document: Document, messages: Iterable[Message]) -> Observed:
    """The messages that were received, with every field that they had."""
    data = document.data if isinstance(document.data, dict) else {}
    channels = Channels([(document.name, data)])
    reads: dict[tuple[str, str], set[str]] = {}
    taken = strange = 0
    for message in messages:
        channel = _channel(channels, message)
        named = _message(channel, message.payload) if channel is not None else None
        if channel is None or named is None:
            strange += 1
            continue
        taken += 1
        seen = reads.setdefault((channel.address, named.name), set())
        seen |= set(_fields(message.payload))
    uses = [{"message": name, "reads": _listed(fields)} for (_, name), fields in reads.items()]
    return Observed(tuple(uses), taken, strange)


def _uses(operation: Operation, seen: _Seen) -> Iterator[dict[str, Any]]:
    """One use; a second one, of what every request had, where some had more.

    A field of all uses of an operation is one that is always sent, a field of any may be sent.
    """
    named = {"operation": operation.operation_id or operation.label}
    yield named | {
        "reads": _listed(seen.reads),
        "sends": _listed(seen.any_sent),
        "headers": sorted(seen.any_headers),
        "parameters": sorted(seen.any_parameters),
    }
    always = (seen.always_sent, seen.always_headers, seen.always_parameters)
    if always != (seen.any_sent, seen.any_headers, seen.any_parameters):
        yield named | {
            "reads": [],
            "sends": _listed(seen.always_sent or set()),
            "headers": sorted(seen.always_headers or ()),
            "parameters": sorted(seen.always_parameters or ()),
        }


def _channel(channels: Channels, message: Message) -> Channel | None:
    if message.problem is not None:
        return None
    if message.address is not None:
        return channels.by_address.get(message.address)
    kind = message.payload.get("type") if isinstance(message.payload, dict) else None
    return channels.by_type.get(kind) if isinstance(kind, str) else None


def _message(channel: Channel, payload: Json) -> MessageType | None:
    """The declared message that it is: by its type, by being the only one, or by fitting."""
    kind = payload.get("type") if isinstance(payload, dict) else None
    by_type = [m for m in channel.messages if m.type is not None and m.type == kind]
    if by_type:
        return by_type[0]
    if len(channel.messages) == 1:
        return channel.messages[0]
    return next((m for m in channel.messages if m.validator.is_valid(payload)), None)


def _json(body: str | None) -> Json:
    try:
        return orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return None


def _fields(value: Json) -> Iterator[str]:
    """Every field of a payload that holds no other, as a field path."""
    stack: list[tuple[Json, str, int]] = [(value, "", 0)]
    while stack:
        here, path, depth = stack.pop()
        inner: list[tuple[Json, str, int]] = []
        if isinstance(here, dict) and depth < DEEPEST:
            named = {name: f"{path}.{name}" if path else name for name in here}
            if all(_plain(name) for name in here):
                inner = [(here[name], named[name], depth + 1) for name in here]
        elif isinstance(here, list) and depth < DEEPEST:
            inner = [(item, f"{path}[]" if path else "*", depth + 1) for item in here]
        stack += inner
        if not inner and path:
            yield path


def _plain(name: str) -> bool:
    """Whether a name can stand in a field path; a map's keys often cannot."""
    return bool(name) and not set(name) & set(".[]/*")


def _listed(fields: set[str]) -> list[str]:
    """Sorted, without those that another one covers, and not more than can be read."""
    kept = {one for one in fields if not _covered(one, fields)}
    while len(kept) > MOST_FIELDS:
        deepest = max(len(FieldPath.parse(one).segments) for one in kept)
        if deepest == 1:
            return []
        kept = {str(FieldPath(FieldPath.parse(one).segments[: deepest - 1])) for one in kept}
    return sorted(kept)


def _covered(one: str, fields: set[str]) -> bool:
    """Whether a field around it stands there too."""
    segments = FieldPath.parse(one).segments
    return any(str(FieldPath(segments[:end])) in fields for end in range(1, len(segments)))
