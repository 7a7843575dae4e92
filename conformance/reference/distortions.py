"""Ways to spoil an answer or a message, for tables of faults."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from conformance.reference.calls import JSON, Call, Rejected, Reply
from conformance.reference.capture import Event
from contracts.verdict import Json

Distort = Callable[[Call, Reply], Reply]
Spoil = Callable[[Event], list[Event]]


def status(old: int, new: int) -> Distort:
    """Another status code."""
    return lambda _, reply: replace(reply, status=new) if reply.status == old else reply


def field(name: str, change: Callable[[Json], Json]) -> Distort:
    """Another value of a field, wherever it is in the body."""

    def distort(_: Call, reply: Reply) -> Reply:
        if reply.status >= 400 or reply.body is None:
            return reply
        body = copy.deepcopy(reply.body)
        _change(body, name, change)
        return replace(reply, body=body)

    return distort


def without_header(name: str) -> Distort:
    """A header that does not come; set empty, the edge leaves it out."""
    return lambda _, reply: replace(reply, headers={**reply.headers, name: ""})


def headers(**named: str) -> Distort:
    """Headers of answers that are no error (``_`` stands for ``-``)."""
    return lambda _, reply: reply if reply.status >= 400 else reply.with_headers(**named)


def throttled(every: int) -> Distort:
    """Every so manieth good answer is 429, and does not say when to try again."""
    counted = itertools.count(1)

    def distort(call: Call, reply: Reply) -> Reply:
        if reply.status >= 400 or next(counted) % every:
            return reply
        return Rejected(429, "Slow down").reply(call.correlation_id)

    return distort


def plain_problem(_: Call, reply: Reply) -> Reply:
    """Errors as plain JSON."""
    return replace(reply, media_type=JSON) if reply.status >= 400 else reply


def repeats(call: Call, reply: Reply) -> Reply:
    """Every page but the first has its first record twice."""
    items = reply.body.get("items") if isinstance(reply.body, dict) else None
    if not items or "cursor" not in call.query:
        return reply
    return replace(reply, body={**reply.body, "items": [items[0], *items]})


def loses(_: Call, reply: Reply) -> Reply:
    """Every page but the last lacks its last record."""
    if not isinstance(reply.body, dict) or "nextCursor" not in reply.body:
        return reply
    return replace(reply, body={**reply.body, "items": reply.body["items"][:-1]})


def odd_text(call: Call) -> bool:
    """Whether a text of the body has a letter outside ASCII."""
    return any(isinstance(t, str) and not t.isascii() for t in _leaves(call.body))


def without(name: str) -> Spoil:
    """A message without an attribute."""
    return lambda event: [{n: v for n, v in event.items() if n != name}]


def attribute(name: str, change: Callable[[Event], Json]) -> Spoil:
    """A message with another value of an attribute."""
    return lambda event: [{**event, name: change(event)}]


def data(name: str, change: Callable[[Json], Json]) -> Spoil:
    """A message with another value of a field of its data, wherever it is."""

    def spoil(event: Event) -> list[Event]:
        spoiled = copy.deepcopy(event)
        _change(spoiled["data"], name, change)
        return [spoiled]

    return spoil


def credit_short(event: Event) -> list[Event]:
    """A journal whose credit side lacks a cent."""
    spoiled = copy.deepcopy(event)
    for line in spoiled["data"].get("lines", ()):
        if line.get("side") == "credit":
            line["amount"] = f"{Decimal(line['amount']) - Decimal('0.01'):.2f}"
    return [spoiled]


def twice(event: Event) -> list[Event]:
    """The same message again."""
    return [event, event]


class Every:
    """Does something with every ``n``-th message: loses it, or holds it back behind the next."""

    def __init__(self, n: int, *, hold: bool) -> None:
        self._n = n
        self._hold = hold
        self._seen = 0
        self._held: list[Event] = []

    def __call__(self, event: Event) -> list[Event]:
        """The messages that go out now."""
        self._seen += 1
        if self._seen % self._n == 0:
            self._held = [event] if self._hold else []
            return []
        sent = [event, *self._held]
        self._held = []
        return sent


def _change(value: Json, name: str, change: Callable[[Json], Json]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == name:
                value[key] = change(item)
            else:
                _change(item, name, change)
    elif isinstance(value, list):
        for item in value:
            _change(item, name, change)


def _leaves(value: Json) -> list[Json]:
    if isinstance(value, Mapping):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]
