"""Messages held against their event contracts, one after the other, in constant memory."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from conformance.events.channels import Channel, Channels, MessageType
from conformance.events.findings import SEVERITY, TITLES, Fault
from conformance.events.message import Message
from conformance.events.streams import (
    Duplicates,
    OrderLines,
    Sequences,
    Transitions,
    unbalanced,
)
from conformance.evidence import Failure, OperationResult, Outcome, Redactor, Run, cause_id
from conformance.evidence.grouping import Causes
from contracts.governance.statemachine import StateMachine
from contracts.governance.states import MACHINES
from contracts.verdict import Json, Place

CHECKS = tuple(SEVERITY)
TOKEN = re.compile(r"[A-Za-z0-9._:-]{1,64}")
SHOWN_ERRORS = 5


class Contract(Protocol):
    """What is needed of a document (:class:`contracts.documents.Document` has it)."""

    @property
    def data(self) -> Json: ...
    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    def line(self, pointer: str) -> int | None: ...


@dataclass(frozen=True, slots=True)
class EventSuite:
    """What to look at. ``freshness`` in seconds; None asks for nothing."""

    name: str = "events"
    checks: tuple[str, ...] = CHECKS
    freshness: float | None = None
    machines: tuple[StateMachine, ...] = MACHINES
    restricted: frozenset[str] = frozenset()
    """JSON fields taken out of everything kept."""


def check(
    suite: EventSuite,
    documents: Iterable[Contract],
    messages: Iterable[Message],
    *,
    source: str = "capture",
    contract: str = "",
    environment: str = "local",
    system: str = "",
    system_version: str = "",
    run_id: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Run:
    """Check messages against the AsyncAPI documents whose channels they are on."""
    known = list(documents)
    started = now()
    checker = Checker(suite, known)
    for message in messages:
        checker.take(message)
    ended = now()
    outcome, reason = checker.verdict()
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return Run(
        id=run_id or str(uuid.uuid4()),
        suite=suite.name,
        contract=contract or ", ".join(d.name for d in known),
        sha256=known[0].sha256 if known else "",
        environment=environment,
        target=source,
        started_at=started.astimezone(UTC).strftime(stamp),
        finished_at=ended.astimezone(UTC).strftime(stamp),
        outcome=outcome,
        reason=reason,
        system=system,
        system_version=system_version,
        operations=checker.results(),
        failures=checker.failures(),
        warnings=tuple(checker.notes()),
        requests=checker.taken,
        checks=dict.fromkeys(suite.checks, checker.taken),
        duration=(ended - started).total_seconds(),
    )


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
        self.taken = 0
        self.unaddressed = 0

    def take(self, message: Message) -> None:
        """Check one message."""
        self.taken += 1
        channel = self._channel(message)
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
        yield from _envelope(event)
        yield from _correlation(event, kind)
        yield from _partition(event, message, channel)
        yield from self._duplicates(event)
        yield from self._sequences(channel.address, event)
        yield from self._transitions(event)
        yield from self._lines(event)
        yield from unbalanced(event)
        if self._suite.freshness is not None:
            yield from _lateness(event, message, self._suite.freshness)

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
        yield from _violations(event, meant)
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
        if self._causes.add(failure):
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
            yield f"repeats were looked for among the last {self._duplicates.seen.most} messages"


def _violations(event: Json, kind: MessageType) -> Iterator[Fault]:
    errors = kind.validator.iter_errors(event)
    for error, _ in zip(errors, range(SHOWN_ERRORS), strict=False):
        at = "/" + "/".join(map(str, error.instance_path)) if error.instance_path else "message"
        keyword = "/".join(map(str, error.schema_path))
        yield Fault("payload", f"{at}: {error.message}"[:500], kind.payload, cause=keyword)


def _envelope(event: Mapping[str, Json]) -> Iterator[Fault]:
    """Required attributes of CloudEvents 1.0 §3.1, and the time where it is given."""
    for name in ("specversion", "id", "source", "type"):
        if not isinstance(event.get(name), str) or not event[name]:
            yield Fault("envelope", f"the attribute {name!r} is missing or empty", cause=name)
    time = event.get("time")
    if time is not None and _instant(time) is None:
        yield Fault("envelope", f"time is {time!r}, which is not RFC 3339", cause="time")


def _correlation(event: Mapping[str, Json], kind: MessageType | None) -> Iterator[Fault]:
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


def _partition(event: Mapping[str, Json], message: Message, channel: Channel) -> Iterator[Fault]:
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


def _lateness(event: Mapping[str, Json], message: Message, freshness: float) -> Iterator[Fault]:
    happened, came = _instant(event.get("time")), _instant(message.received_at)
    if happened is None or came is None:
        return
    late = (came - happened).total_seconds()
    if late > freshness:
        yield Fault(
            "lateness", f"it came {late:.0f} s after it happened; {freshness:.0f} s are allowed"
        )


def _instant(value: Json) -> datetime | None:
    if not isinstance(value, str) or len(value) < 20:
        return None
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
