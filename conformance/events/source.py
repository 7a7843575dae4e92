"""What every broker adapter gives: messages, and the truth about what it read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from conformance.events.message import Message
from contracts.errors import ContractError


class BrokerUnreachable(ContractError):
    """No broker answers there, or it does not let us read."""

    code = "broker-unreachable"


@dataclass(slots=True)
class Seen:
    """What was read of one address: positions ``first`` to ``last`` of those up to ``end``."""

    address: str
    partition: str
    first: int | None = None
    last: int | None = None
    end: int | None = None
    count: int = 0
    missing: bool = False
    """Whether the broker knows no such address."""

    def note(self, position: int) -> None:
        """Count one message."""
        self.first = position if self.first is None else self.first
        self.last = position
        self.count += 1

    def sentence(self) -> str:
        """For the report."""
        if self.count == 0:
            return f"{self.address} {self.partition}: nothing read"
        of = "" if self.end is None else f" of {self.end}"
        return (
            f"{self.address} {self.partition}: {self.count} messages, "
            f"positions {self.first} to {self.last}{of}"
        )


@dataclass(slots=True)
class Reading:
    """How much to read: at most ``most`` messages of an address, ``seconds`` in all."""

    most: int = 10_000
    seconds: float = 30.0
    seen: list[Seen] = field(default_factory=list)
    ready: Event = field(default_factory=Event)
    """Set when a source that hears only what comes from now on has begun to listen."""


class Source(Protocol):
    """Reads what is there, takes nothing away, commits nothing."""

    def read(self, addresses: tuple[str, ...], reading: Reading) -> Iterator[Message]:
        """Messages of these addresses, the oldest first; ``reading.seen`` tells what was read.

        Raises:
            BrokerUnreachable: nobody answers.
        """
