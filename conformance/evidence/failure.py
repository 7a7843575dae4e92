"""One way a system broke its contract, with everything needed to see it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from contracts.verdict import Json, Place


class Severity(StrEnum):
    """How much a failure weighs; the order of the members is the order of the weight."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the heaviest."""
        return list(Severity).index(self)


def cause_id(*parts: object) -> str:
    """A stable short name for a cause: the same parts give the same name in every run."""
    text = "\0".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _pairs(value: Json) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(text)) for name, text in value or ())


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it went over the wire, secrets already taken out."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return {
            "method": self.method,
            "url": self.url,
            "headers": [list(pair) for pair in self.headers],
            "body": self.body,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> RecordedRequest:
        """The inverse of :meth:`to_json`."""
        return cls(data["method"], data["url"], _pairs(data.get("headers")), data.get("body"))


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """A response as it came back; ``elapsed`` in seconds."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    elapsed: float = 0.0

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return {
            "status": self.status,
            "headers": [list(pair) for pair in self.headers],
            "body": self.body,
            "elapsed": round(self.elapsed, 6),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> RecordedResponse:
        """The inverse of :meth:`to_json`."""
        return cls(
            data["status"],
            _pairs(data.get("headers")),
            data.get("body"),
            float(data.get("elapsed") or 0.0),
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """A broken promise, reported once per cause.

    ``check`` names what was checked, ``cause`` groups (see :func:`cause_id`), ``place`` is where
    the contract says so, ``curl`` repeats it from a shell, ``count`` is how often it was seen and
    ``operations`` where. ``known`` carries the owner's reason when the failure was expected.
    """

    check: str
    title: str
    message: str
    operation: str
    severity: Severity
    cause: str
    request: RecordedRequest | None = None
    response: RecordedResponse | None = None
    place: Place | None = None
    curl: str | None = None
    steps: tuple[str, ...] = ()
    """The requests that lead to it, oldest first, as ``curl``; empty when one is enough."""
    phase: str | None = None
    example: Json = None
    count: int = 1
    operations: tuple[str, ...] = ()
    known: str | None = None
    related: tuple[str, ...] = ()
    """Other checks that failed on the same cause."""

    def with_place(self, place: Place | None) -> Failure:
        """The same failure with another place in the contract."""
        return replace(self, place=place)

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return {
            "id": self.cause,
            "check": self.check,
            "title": self.title,
            "message": self.message,
            "operation": self.operation,
            "severity": self.severity.value,
            "request": self.request.to_json() if self.request else None,
            "response": self.response.to_json() if self.response else None,
            "place": _place_to_json(self.place),
            "curl": self.curl,
            "steps": list(self.steps),
            "phase": self.phase,
            "example": self.example,
            "count": self.count,
            "operations": list(self.operations),
            "known": self.known,
            "related": list(self.related),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Failure:
        """The inverse of :meth:`to_json`."""
        request, response = data.get("request"), data.get("response")
        return cls(
            check=data["check"],
            title=data["title"],
            message=data["message"],
            operation=data["operation"],
            severity=Severity(data["severity"]),
            cause=data["id"],
            request=RecordedRequest.from_json(request) if request else None,
            response=RecordedResponse.from_json(response) if response else None,
            place=_place_from_json(data.get("place")),
            curl=data.get("curl"),
            steps=tuple(data.get("steps") or ()),
            phase=data.get("phase"),
            example=data.get("example"),
            count=int(data.get("count") or 1),
            operations=tuple(data.get("operations") or ()),
            known=data.get("known"),
            related=tuple(data.get("related") or ()),
        )


def _place_to_json(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"pointer": place.pointer, "line": place.line, "source": place.source}


def _place_from_json(data: Mapping[str, Json] | None) -> Place | None:
    if not data:
        return None
    return Place(data["pointer"], data.get("line"), data.get("source"))
