"""What messages owe one another: causes, order lines, sums; judged whatever order they came in.

A broker is read channel by channel, so that an answer may be read before its question. What cannot
be judged yet is kept, bounded, and judged at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from conformance.events.findings import Fault
from conformance.events.streams import KEYS_KEPT, Bounded
from contracts.verdict import Json

Path = tuple[str, ...]
_Facts = tuple[Any, Any]
"""Correlation id and time of an event."""


class Causation:
    """A cause is another event of the same transaction, and it came before."""

    def __init__(self) -> None:
        self._known = Bounded(KEYS_KEPT // 2)
        self._waiting = Bounded(KEYS_KEPT)

    def __call__(self, event: Mapping[str, Json]) -> Iterator[Fault]:
        """What the event says of its cause, and what others said of it."""
        name, cause = event.get("id"), event.get("causationid")
        facts = (event.get("correlationid"), event.get("time"))
        self._known.put(name, facts)
        for effect, said in self._waiting.pop(name, ()):
            yield from _caused(effect, said, name, facts)
        if not isinstance(cause, str):
            return
        if cause == name:
            yield Fault("causation", f"{name} says it caused itself", cause="itself")
            return
        known = self._known.get(cause)
        if known is not None:
            yield from _caused(name, facts, cause, known)
        else:
            self._waiting.put(cause, (*self._waiting.get(cause, ())[:9], (name, facts)))


def _caused(effect: Json, said: _Facts, cause: Json, facts: _Facts) -> Iterator[Fault]:
    if said[0] != facts[0]:
        text = f"{effect} belongs to {said[0]!r}, its cause {cause} to {facts[0]!r}"
        yield Fault("causation", text, cause="transaction")
    after, before = said[1], facts[1]
    # instants of one form compare as text; the others are left alone
    if isinstance(after, str) and isinstance(before, str) and after < before:
        if len(after) != len(before) or after[-1:] != "Z" or before[-1:] != "Z":
            return
        text = f"{effect} happened at {after}, before its cause {cause} at {before}"
        yield Fault("causation", text, cause="time")


class OrderLines:
    """Receipts refer to lines of orders; only orders that were seen can be judged, at the end."""

    def __init__(self) -> None:
        self._lines = Bounded(KEYS_KEPT)
        self._receipts = Bounded(KEYS_KEPT)

    def __call__(self, event: Mapping[str, Json]) -> None:
        """Remember the lines that an order has, or that a receipt names."""
        kind = event.get("type")
        data = event.get("data")
        if not isinstance(kind, str) or not isinstance(data, Mapping):
            return
        ordered = ".purchaseOrder." in kind
        if not ordered and ".receipt." not in kind:
            return
        order, lines = data.get("poNumber"), data.get("lines")
        if not isinstance(order, str):
            return
        stated = lines if isinstance(lines, list) else [data] if "lineNumber" in data else []
        numbers = frozenset(
            str(line["lineNumber"])
            for line in stated
            if isinstance(line, Mapping) and "lineNumber" in line
        )
        if ordered and numbers:
            self._lines.put(order, numbers | self._lines.get(order, frozenset()))
        elif numbers and not ordered:
            for number in numbers:
                self._receipts.put((order, number), str(event.get("id")))

    def finish(self) -> Iterator[Fault]:
        """Lines that receipts name and their orders do not have."""
        for (order, number), event in self._receipts.items():
            if order in self._lines and number not in self._lines[order]:
                text = f"event {event}: order {order} has no line {number}"
                yield Fault("known_order_line", text)


def unbalanced(event: Mapping[str, Json]) -> Iterator[Fault]:
    """A journal whose debits and credits differ in a currency."""
    if ".journal.posted" not in str(event.get("type")):
        return
    data = event.get("data")
    lines = data.get("lines") if isinstance(data, Mapping) else None
    totals: dict[str, Decimal] = {}
    for line in lines if isinstance(lines, list) else ():
        for sign, money in _sides(line):
            amount = _decimal(money.get("amount"))
            if amount is None:
                return
            currency = str(money.get("currency"))
            totals[currency] = totals.get(currency, Decimal(0)) + sign * amount
    for currency, difference in totals.items():
        if difference:
            yield Fault("balanced_posting", f"debits exceed credits by {difference} {currency}")


def _sides(line: Json) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """``{side, amount, currency}``, or money under ``debit`` and ``credit``."""
    if not isinstance(line, Mapping):
        return
    for side, sign in (("debit", 1), ("credit", -1)):
        if line.get("side") == side:
            yield sign, line
        elif isinstance(line.get(side), Mapping):
            yield sign, line[side]


@dataclass(slots=True)
class _Group:
    total: Decimal = Decimal(0)
    count: int = 0
    edge: bool = False


@dataclass(slots=True)
class ControlTotal:
    """``x-control-total`` of a channel: numbers that add up, in one message or over several.

    ``{of: data.lines[].amount, total: data.total}``: in every message the parts add up to the
    total. ``{of: data.delta, per: [data.transferId], is: 0}``: over the messages of one group.
    """

    of: Path
    total: Path | None = None
    per: tuple[Path, ...] = ()
    value: Decimal = Decimal(0)
    groups: Bounded = field(default_factory=lambda: Bounded(KEYS_KEPT))
    _last: _Group | None = None

    @classmethod
    def read(cls, stated: Json) -> ControlTotal | None:
        """The rule as a contract states it; None if it is none."""
        if not isinstance(stated, Mapping) or not isinstance(stated.get("of"), str):
            return None
        total = stated.get("total")
        per = tuple(_path(str(path)) for path in stated.get("per") or ())
        if not isinstance(total, str) and not per:
            return None
        value = _decimal(stated.get("is", 0)) or Decimal(0)
        whole = _path(total) if isinstance(total, str) else None
        return cls(_path(stated["of"]), whole, per, value)

    def take(self, event: Mapping[str, Json]) -> Iterator[Fault]:
        """A message whose parts do not add up; numbers of groups are kept."""
        parts = [_decimal(value) for value in _values(event, self.of)]
        if None in parts:
            return
        amount = sum((part for part in parts if part is not None), Decimal(0))
        if self.total is not None:
            stated = [_decimal(value) for value in _values(event, self.total)]
            if stated and stated[0] is not None and stated[0] != amount:
                text = f"{'.'.join(self.total)} is {stated[0]}, its parts add up to {amount}"
                yield Fault("control_total", text, cause="parts")
            return
        key = tuple(tuple(map(str, _values(event, path))) for path in self.per)
        if not parts or not all(key):
            return
        group = self.groups.get(key)
        if group is None:
            group = _Group(edge=not len(self.groups))
            self.groups.put(key, group)
        group.total += amount
        group.count += 1
        self._last = group

    def finish(self) -> Iterator[Fault]:
        """Groups that do not add up; one message at an edge of what was read may miss another."""
        for key, group in self.groups.items():
            cut = group.count == 1 and (group.edge or group is self._last)
            if group.total != self.value and not cut:
                name = ", ".join("/".join(part) for part in key)
                text = f"{'.'.join(self.of)} of {name} adds up to {group.total}, not {self.value}"
                yield Fault("control_total", text, cause="group")


def _path(text: str) -> Path:
    return tuple(text.split("."))


def _values(value: Json, path: Path) -> list[Json]:
    """What stands at a path; ``[]`` behind a name goes through a list."""
    found: list[Json] = [value]
    for token in path:
        name = token.removesuffix("[]")
        found = [item[name] for item in found if isinstance(item, Mapping) and name in item]
        if token.endswith("[]"):
            found = [one for item in found if isinstance(item, list) for one in item]
    return found


def _decimal(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
