"""Takes messages one by one, in constant memory; can be asked at any moment what it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from conformance.events import rules
from conformance.events.channels import Channel, Channels, MessageType
from conformance.events.decoding import decode
from conformance.events.findings import SEVERITY, TITLES, Fault
from conformance.events.message import Message
from conformance.events.plan import EventSuite
from conformance.events.relations import Causation, OrderLines, unbalanced
from conformance.events.source import Seen
from conformance.events.streams import Duplicates, Sequences, Transitions
from conformance.evidence import (
    Contract,
    Failure,
    Heading,
    OperationResult,
    Outcome,
    Redactor,
    Run,
    cause_id,
)
from conformance.evidence.grouping import Causes
from contracts.verdict import Json, Place


@dataclass(slots=True)
class _Tally:
    messages: Counter[str] = field(default_factory=Counter)
    failed: int = 0


class Checker:
    """Takes messages one by one; can be asked at any moment."""

    def __init__(self, suite: EventSuite, documents: list[Contract]) -> None:
        self._suite = suite
        self._documents = {d.name: d for d in documents}
        self.channels = Channels((d.name, d.data) for d in documents)
        self._wanted = frozenset(suite.checks)
        self._causes = Causes()
        self._tally: dict[str, _Tally] = {a: _Tally() for a in self.channels.by_address}
        self._redactor = Redactor(fields=suite.restricted)
        self._duplicates = Duplicates()
        self._sequences = Sequences()
        self._transitions = Transitions(suite.machines)
        self._lines = OrderLines()
        self._causation = Causation()
        self._drift = "undocumented_field" in self._wanted
        self.taken = 0
        self.unaddressed = 0

    def take(self, message: Message) -> None:
        """Check one message."""
        self.taken += 1
        channel = self._channel(message)
        if message.framed is not None and channel is not None:
            message = _read_by(message, channel)
        for fault in self._faults(message, channel):
            if fault.check in self._wanted:
                self._found(fault, message, channel)

    def _channel(self, message: Message) -> Channel | None:
        if message.address is not None:
            return self.channels.by_address.get(message.address)
        payload = message.payload
        kind = payload.get("type") if isinstance(payload, dict) else None
        self.unaddressed += 1
        return self.channels.by_type.get(kind) if isinstance(kind, str) else None

    def _faults(self, message: Message, channel: Channel | None) -> Iterator[Fault]:
        if message.problem is not None:
            yield Fault("readable", f"message {message.position} {message.problem}")
            return
        event = message.payload
        if channel is None:
            named = message.address or (event.get("type") if isinstance(event, dict) else None)
            yield Fault("channel", f"no contract declares {named!r}", cause=str(named))
            return
        kind = yield from self._matching(event, channel)
        self._tally[channel.address].messages[kind.name if kind else "unknown"] += 1
        if not isinstance(event, dict):
            yield Fault("envelope", f"message {message.position} is not a JSON object")
            return
        if channel.dead_letter_of is not None:
            if not message.headers.get("x-dead-letter-reason"):
                yield Fault("dead_letter", "the header x-dead-letter-reason is missing")
            return
        if kind is not None and kind.binary is not None and "specversion" not in event:
            return
        if self._drift and kind is not None and kind.binary is None:
            yield from rules.undocumented(event, kind, self._documents[channel.source].data)
        yield from rules.envelope(event)
        yield from rules.correlation(event, kind)
        yield from rules.partition(event, message, channel)
        if channel.style is not None:
            yield from rules.style(event, kind, channel)
        repeat = next(self._duplicates(event), None)
        yield from self._sequences(channel.address, event)
        if repeat is None:
            yield from self._related(event, channel)
        else:
            yield repeat
        if self._suite.freshness is not None:
            yield from rules.lateness(event, message, self._suite.freshness)

    def _related(self, event: dict[str, Json], channel: Channel) -> Iterator[Fault]:
        """What it owes other messages; a repeat owes nothing more."""
        yield from self._transitions(event)
        yield from self._causation(event)
        yield from unbalanced(event)
        self._lines(event)
        if channel.control is not None:
            yield from channel.control.take(event)

    def finish(self, seen: Iterable[Seen] = ()) -> None:
        """What only the whole shows; ``seen``: what a broker has of each address."""
        for fault in self._lines.finish():
            self._at_end(fault, self._receipts())
        for channel in self.channels.by_address.values():
            for fault in channel.control.finish() if channel.control is not None else ():
                self._at_end(fault, channel)
        missing = {entry.address for entry in seen if entry.missing}
        for channel in self.channels.by_address.values():
            letters = channel.dead_letters
            if letters is None:
                continue
            if letters not in self.channels.by_address:
                text = f"{letters} is in no channel of the contract"
            elif letters in missing and channel.address not in missing:
                text = f"{letters} is not there at the broker"
            else:
                continue
            self._at_end(Fault("dead_letter_address", text, cause=letters), channel)

    def _receipts(self) -> Channel | None:
        """Where receipts come."""
        return next((c for a, c in self.channels.by_address.items() if ".receipt." in a), None)

    def _at_end(self, fault: Fault, channel: Channel | None) -> None:
        if fault.check in self._wanted:
            address = channel.address if channel else None
            self._found(fault, Message(address, None, self.taken), channel)

    def _matching(
        self, event: Json, channel: Channel
    ) -> Generator[Fault, None, MessageType | None]:
        """Faults of the match; returns the message it is meant to be."""
        fitting = [m for m in channel.messages if m.validator.is_valid(event)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = ", ".join(m.name for m in fitting)
            yield Fault("message", f"it matches {len(fitting)} messages: {names}", channel.pointer)
            return fitting[0]
        kind = event.get("type") if isinstance(event, dict) else None
        meant = next((m for m in channel.messages if m.type == kind), None)
        if meant is None and len(channel.messages) == 1 and channel.messages[0].type is None:
            meant = channel.messages[0]
        if meant is None:
            known = ", ".join(m.type or m.name for m in channel.messages) or "none"
            yield Fault(
                "message",
                f"its type is {kind!r}; the channel knows {known}",
                channel.pointer,
                cause=f"{channel.address} {kind}",
            )
            return None
        yield from rules.violations(event, meant)
        return meant

    def _found(self, fault: Fault, message: Message, channel: Channel | None) -> None:
        where = fault.pointer or (channel.pointer if channel else "")
        source = channel.source if channel else None
        address = channel.address if channel else (message.address or "unknown address")
        failure = Failure(
            check=fault.check,
            title=TITLES[fault.check],
            message=self._redactor.text(fault.message),
            operation=address,
            severity=SEVERITY[fault.check],
            cause=cause_id(fault.check, source, where, fault.cause),
            place=Place(where, None, source) if source is not None else None,
            phase=f"message {message.position}",
        )
        if self._causes.add(failure) and message.payload is not None:
            self._causes.complete(failure.cause, example=self._redactor.value(message.payload))
        if channel is not None:
            self._tally[channel.address].failed += 1

    def failures(self) -> tuple[Failure, ...]:
        """One failure per cause, with the line in the contract."""
        return tuple(f.with_place(self._lined(f.place)) for f in self._causes.failures())

    def _lined(self, place: Place | None) -> Place | None:
        if place is None or place.source is None:
            return place
        document = self._documents[place.source]
        return Place(place.pointer, document.line(place.pointer), place.source)

    def results(self) -> tuple[OperationResult, ...]:
        """Messages by channel; dead-letter channels only when something came there."""
        causes = Counter(o for f in self._causes.failures() for o in f.operations)
        return tuple(
            OperationResult(
                operation=address,
                requests=sum(tally.messages.values()),
                statuses=dict(tally.messages),
                declared=tuple(m.name for m in self.channels.by_address[address].messages),
                failures=causes[address],
            )
            for address, tally in self._tally.items()
            if tally.messages or self.channels.by_address[address].dead_letter_of is None
        )

    def run(
        self,
        heading: Heading,
        started: datetime,
        ended: datetime,
        warnings: tuple[str, ...] = (),
    ) -> Run:
        """The evidence of what was taken so far."""
        return heading.run(
            started,
            ended,
            *self.verdict(),
            operations=self.results(),
            failures=self.failures(),
            warnings=(*self.notes(), *warnings),
            requests=self.taken,
            checks=dict.fromkeys(self._suite.checks, self.taken),
        )

    @property
    def causes(self) -> int:
        """How many causes of failure were found so far."""
        return len(self._causes.failures())

    def verdict(self) -> tuple[Outcome, str]:
        """Nothing seen proves nothing."""
        count = len(self._causes.failures())
        if count:
            return Outcome.FAILED, f"{count} cause{'s' if count > 1 else ''} of failure"
        if self.taken == 0:
            return Outcome.INCONCLUSIVE, "no message was seen"
        return Outcome.PASSED, ""

    def notes(self) -> Iterator[str]:
        """What was not seen or not checked."""
        yield from self.channels.unsupported
        silent = [
            address
            for address, tally in self._tally.items()
            if not tally.messages and self.channels.by_address[address].dead_letter_of is None
        ]
        if silent:
            yield f"no message was seen on {', '.join(silent)}"
        if self._duplicates.seen.forgotten:
            least = self._duplicates.seen.most // 2
            yield f"repeats were looked for among at least the last {least} messages"


def _read_by(message: Message, channel: Channel) -> Message:
    """The message, read with what its channel declares; the first that fits."""
    assert message.framed is not None
    problem = message.problem
    for kind in channel.messages:
        if kind.binary is None:
            continue
        reader = kind.binary.framed
        found = decode(
            message.framed,
            message.headers,
            address=message.address or "",
            position=message.position,
            key=message.key,
            received_at=message.received_at,
            read=lambda _number, value, reader=reader: reader(value),  # type: ignore[misc]
            bare=kind.binary.bare,
        )
        if found.problem is None:
            return found
        problem = found.problem
    return replace(message, problem=problem)
