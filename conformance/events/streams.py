"""What only a stream of messages can show: repeats, order, gaps, transitions, relations.

Everything here remembers a bounded number of things, so that a million messages need no more
memory than the first hundred thousand; what was forgotten is counted and said.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.events.findings import Fault
from contracts.governance.statemachine import StateMachine
from contracts.verdict import Json

IDS_KEPT = 200_000
KEYS_KEPT = 100_000


class Bounded(OrderedDict[Any, Any]):
    """A dictionary that forgets its oldest entries."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.forgotten = 0

    def put(self, key: Any, value: Any) -> None:
        """Remember; the oldest goes when there is no room."""
        self[key] = value
        if len(self) > self.most:
            self.popitem(last=False)
            self.forgotten += 1


class Duplicates:
    """``source`` + ``id`` name an event (CloudEvents 1.0 §3.1.1)."""

    def __init__(self) -> None:
        self.seen = Bounded(IDS_KEPT)

    def __call__(self, event: Mapping[str, Json]) -> Iterator[Fault]:
        """A repeat."""
        name = hash((event.get("source"), event.get("id")))
        if name in self.seen:
            yield Fault("duplicates", f"{event.get('source')} {event.get('id')} came before")
        else:
            self.seen.put(name, None)


class Sequences:
    """The ``sequence`` extension counts the events of one key of one channel."""

    def __init__(self) -> None:
        self.last = Bounded(KEYS_KEPT)

    def __call__(self, address: str, event: Mapping[str, Json]) -> Iterator[Fault]:
        """A step back, or a gap."""
        text = event.get("sequence")
        if not isinstance(text, str) or not text.isdigit():
            return
        number = int(text)
        key = (address, event.get("partitionkey"))
        before = self.last.get(key)
        if before is None or number > before:
            self.last.put(key, number)
        if before is None or number == before:
            return
        if number < before:
            yield Fault("ordering", f"{number} came after {before} for key {key[1]!r}")
        elif number > before + 1:
            missing = number - before - 1
            yield Fault("sequence", f"{missing} missing between {before} and {number}: {key[1]!r}")


class Transitions:
    """Events that carry ``previousStatus`` and ``status`` follow their state machine."""

    def __init__(self, machines: tuple[StateMachine, ...]) -> None:
        self._machines = machines
        self._last = Bounded(KEYS_KEPT)

    def __call__(self, event: Mapping[str, Json]) -> Iterator[Fault]:
        """A step the machine does not have, or a gap to the step before."""
        data = event.get("data")
        if not isinstance(data, Mapping) or "previousStatus" not in data:
            return
        before, after = str(data["previousStatus"]), str(data.get("status"))
        machine = next((m for m in self._machines if before in m.states), None)
        if machine is None:
            return
        if not machine.allowed(before, after):
            yield Fault(
                "state_transitions",
                f"{event.get('subject')} went from {before!r} to {after!r}; "
                f"{machine.title or machine.name} does not allow that",
                cause=f"{before}>{after}",
            )
        key = (event.get("source"), event.get("subject"))
        known = self._last.get(key)
        if known is not None and known != before:
            yield Fault(
                "state_transitions",
                f"{event.get('subject')} was {known!r} and says it was {before!r} before",
                cause="gap",
            )
        self._last.put(key, after)


class OrderLines:
    """Receipts refer to lines of orders; only orders whose approval was seen can be judged."""

    def __init__(self) -> None:
        self._lines = Bounded(KEYS_KEPT)

    def __call__(self, event: Mapping[str, Json]) -> Iterator[Fault]:
        """A receipt line that its order does not have."""
        data = event.get("data")
        if not isinstance(data, Mapping) or not isinstance(data.get("poNumber"), str):
            return
        order, kind = data["poNumber"], str(event.get("type"))
        lines = data.get("lines")
        numbers = [
            str(line.get("lineNumber"))
            for line in (lines if isinstance(lines, list) else ())
            if isinstance(line, Mapping)
        ]
        if ".purchaseOrder." in kind and numbers:
            self._lines.put(order, frozenset(numbers) | self._lines.get(order, frozenset()))
        elif ".receipt." in kind and order in self._lines:
            for number in numbers:
                if number not in self._lines[order]:
                    yield Fault("known_order_line", f"order {order} has no line {number}")


def unbalanced(event: Mapping[str, Json]) -> Iterator[Fault]:
    """A journal whose debits and credits differ in a currency."""
    from decimal import Decimal, InvalidOperation

    data = event.get("data")
    lines = data.get("lines") if isinstance(data, Mapping) else None
    if ".journal.posted" not in str(event.get("type")) or not isinstance(lines, list):
        return
    totals: dict[str, Decimal] = {}
    for line in lines:
        for side, sign in (("debit", 1), ("credit", -1)):
            money = line.get(side) if isinstance(line, Mapping) else None
            if isinstance(money, Mapping):
                currency = str(money.get("currency"))
                try:
                    amount = Decimal(str(money.get("amount")))
                except InvalidOperation:
                    return
                totals[currency] = totals.get(currency, Decimal(0)) + sign * amount
    for currency, difference in totals.items():
        if difference:
            yield Fault("balanced_posting", f"debits exceed credits by {difference} {currency}")
