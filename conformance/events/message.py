"""One message as it was taken from a broker, a capture or a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.verdict import Json


@dataclass(slots=True)
class Message:
    """A message; ``payload`` None with ``problem`` set when it cannot be read.

    ``position`` is a line, an offset or a delivery number; ``received_at`` an RFC 3339 instant.
    """

    address: str | None
    payload: Json
    position: int = 0
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    received_at: str | None = None
    problem: str | None = None
    framed: bytes | None = None
    """The bytes of a value that is not JSON, with its frame where it has one: a schema may tell."""
