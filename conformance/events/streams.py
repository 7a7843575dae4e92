"""What only a stream of messages can show: repeats, order, gaps, transitions, relations.

Everything here remembers a bounded number of things, so that a million messages need no more
memory than the first hundred thousand; what was forgotten is counted and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.events.findings import Fault
from contracts.governance.statemachine import StateMachine
from contracts.verdict import Json

IDS_KEPT = 200_000
KEYS_KEPT = 100_000


class Bounded:
    """Remembers at least the last ``most // 2`` things and never more than ``most``.

    Two generations of plain dictionaries: when the younger one is full, the older one goes as a
    whole. A dictionary that loses its oldest entry for each new one grows at every clean-up.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.forgotten = 0
        self._young: dict[Any, Any] = {}
        self._old: dict[Any, Any] = {}

    def put(self, key: Any, value: Any) -> None:
        """Remember."""
        self._young[key] = value
        if len(self._young) * 2 > self.most:
            self.forgotten += sum(1 for key in self._old if key not in self._young)
            self._young, self._old = {}, self._young

    def get(self, key: Any, default: Any = None) -> Any:
        """What was remembered last."""
        found = self._young.get(key, self)
        return found if found is not self else self._old.get(key, default)

    def pop(self, key: Any, default: Any = None) -> Any:
        """What was remembered, which is forgotten now."""
        found = self.get(key, default)
        self._young.pop(key, None)
        self._old.pop(key, None)
        return found

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Everything, the older first."""
        for key, value in self._old.items():
            if key not in self._young:
                yield key, value
        yield from self._young.items()

    def __contains__(self, key: object) -> bool:
        return key in self._young or key in self._old

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def __getitem__(self, key: Any) -> Any:
        found = self.get(key, self)
        if found is self:
            raise KeyError(key)
        return found


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
    """Statuses follow a state machine: step by step where an event says what was before, and by
    some way through the machine where it only says what is now."""

    def __init__(self, machines: tuple[StateMachine, ...]) -> None:
        self._machines = machines
        states = {state for machine in machines for state in machine.states}
        self._having = {s: [m for m in machines if s in m.states] for s in states}
        self._ways: dict[tuple[str, str], str | None] = {}
        self._last = Bounded(KEYS_KEPT)

    def __call__(self, event: Mapping[str, Json]) -> Iterator[Fault]:
        """A step the machine does not have, or a gap to the step before."""
        data = event.get("data")
        if not isinstance(data, Mapping) or not isinstance(data.get("status"), str):
            return
        key, time = (event.get("source"), event.get("subject")), event.get("time")
        after, before = data["status"], data.get("previousStatus")
        known = self._last.get(key)
        if before is None:
            if known is None or not isinstance(time, str) or time < known[1]:
                return
            if known[0] != after and (text := self._no_way(known[0], after)):
                said = f"{event.get('subject')} was {known[0]!r} and is {after!r}; {text}"
                yield Fault("state_transitions", said, cause=f"{known[0]}>>{after}")
            return
        before = str(before)
        machines = [m for m in self._having.get(before, ()) if after in m.states]
        machines = machines or self._having.get(before, [])
        if not machines:
            return
        if not any(m.allowed(before, after) for m in machines):
            yield Fault(
                "state_transitions",
                f"{event.get('subject')} went from {before!r} to {after!r}; "
                f"{machines[0].title or machines[0].name} does not allow that",
                cause=f"{before}>{after}",
            )
        if known is not None and known[0] != before:
            yield Fault(
                "state_transitions",
                f"{event.get('subject')} was {known[0]!r} and says it was {before!r} before",
                cause="gap",
            )
        self._last.put(key, (after, time if isinstance(time, str) else ""))

    def _no_way(self, before: str, after: str) -> str | None:
        """Why no machine leads from one state to the other; None where one does, or none knows."""
        pair = (before, after)
        if pair not in self._ways:
            machines = [m for m in self._having.get(before, ()) if after in m.states]
            blocked = machines and not any(_reaches(m, before, after) for m in machines)
            name = machines[0].title or machines[0].name if machines else ""
            self._ways[pair] = f"{name} has no way there" if blocked else None
        return self._ways[pair]


def _reaches(machine: StateMachine, before: str, after: str) -> bool:
    seen, waiting = {before}, [before]
    while waiting:
        for state in machine.transitions.get(waiting.pop(), ()):
            if state == after:
                return True
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return False
