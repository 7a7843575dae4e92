"""Faults that can be switched on. The table is the test: each is found, none when all are off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.reference.calls import Call, Reply
from conformance.reference.capture import Event


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break a contract.

    ``found_by`` names the checks of which at least one must find it. A fault is either an effect at
    the edge (``reply`` distorts an answer, ``crash`` breaks on some requests, ``forgive`` honours a
    request without that header, ``lax`` takes any body, ``event`` distorts messages, ``line`` what
    surrounds them) or a flag that the service asks for.
    """

    id: str
    system: str
    area: str
    contract: str
    description: str
    found_by: tuple[str, ...]
    operations: tuple[str, ...] = ()
    reply: Callable[[Call, Reply], Reply] | None = None
    crash: Callable[[Call], bool] | None = None
    forgive: str | None = None
    lax: bool = False
    event: Callable[[Event], list[Event]] | None = None
    line: Callable[[Event], Event] | None = None
    """Distorts what surrounds a message in the capture: address, key, headers."""

    def concerns(self, operation_id: str) -> bool:
        """Whether it has to do with this operation."""
        return not self.operations or operation_id in self.operations


class UnknownFault(ValueError):
    """There is no such fault for this system."""


class Faults:
    """The faults of one system that are switched on."""

    def __init__(self, table: Iterable[Fault], active: Iterable[str] = ()) -> None:
        known = {fault.id: fault for fault in table}
        unknown = [name for name in active if name not in known]
        if unknown:
            raise UnknownFault(
                f"no fault {', '.join(unknown)}; known are {', '.join(sorted(known))}"
            )
        self._active = {name: known[name] for name in active}

    def __contains__(self, fault: str) -> bool:
        return fault in self._active

    def forgiven(self, operation_id: str) -> frozenset[str]:
        """Required headers whose absence goes unnoticed, lower case."""
        return frozenset(
            f.forgive.lower()
            for f in self._active.values()
            if f.forgive and f.concerns(operation_id)
        )

    def lax(self, operation_id: str) -> bool:
        """Whether bodies are taken unchecked."""
        return any(f.lax and f.concerns(operation_id) for f in self._active.values())

    def crashes(self, call: Call) -> bool:
        """Whether this request breaks the service."""
        return any(
            f.crash(call)
            for f in self._active.values()
            if f.crash and f.concerns(call.operation_id)
        )

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The answer as it goes out."""
        for fault in self._active.values():
            if fault.reply and fault.concerns(call.operation_id):
                reply = fault.reply(call, reply)
        return reply

    def event(self, event: Event) -> list[Event]:
        """The messages as they go out: none, one or several."""
        events = [event]
        for fault in self._active.values():
            if fault.event:
                events = [sent for item in events for sent in fault.event(item)]
        return events

    def line(self, line: Event) -> Event:
        """A message with what surrounds it, as it goes out."""
        for fault in self._active.values():
            if fault.line:
                line = fault.line(line)
        return line
