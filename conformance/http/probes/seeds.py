"""What probes start from: requests a system accepted, and a way to send more."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from conformance.evidence import Failure, RecordedRequest, RecordedResponse
from conformance.http.answer import Answer


@dataclass(frozen=True, slots=True)
class Finding:
    """A failure and the exchange that shows it."""

    failure: Failure
    request: RecordedRequest
    response: RecordedResponse | None


class Sender(Protocol):
    """Sends one request within the limits of the run; None when there was no answer."""

    def __call__(self, request: RecordedRequest) -> RecordedResponse | None: ...


@dataclass(frozen=True, slots=True)
class Seeds:
    """Accepted requests of one operation, oldest first, and the seed of the run."""

    answers: Sequence[Answer]
    seed: int

    def fresh_key(self, *parts: object) -> str:
        """A key nobody used before, the same in every run with one seed."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, (self.seed, *parts)))))


def with_header(request: RecordedRequest, name: str, value: str | None) -> RecordedRequest:
    """The same request with a header set, or without it."""
    kept = tuple((n, v) for n, v in request.headers if n.lower() != name.lower())
    return replace(request, headers=kept if value is None else (*kept, (name, value)))
