"""What a handler gets and gives: no HTTP library in sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from contracts.verdict import Json

JSON = "application/json"
PROBLEM = "application/problem+json"
PROBLEMS = "https://interlock.example/problems/"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that follows the contract; header names in lower case."""

    operation_id: str
    method: str
    url: str
    path: Mapping[str, str]
    query: Mapping[str, Json]
    headers: Mapping[str, str]
    body: Json
    correlation_id: str

    @property
    def if_match(self) -> str:
        """The version the caller read, as an ETag."""
        return self.headers.get("if-match", "")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; ``body`` None means no content."""

    status: int
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON

    def with_headers(self, **headers: str) -> Reply:
        """The same answer with further headers (``_`` stands for ``-``)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


_TITLES = {
    400: ("malformed-request", "The request does not follow the contract"),
    401: ("unauthorized", "A bearer token is needed"),
    403: ("forbidden", "Not allowed"),
    404: ("not-found", "No such record"),
    405: ("method-not-allowed", "This address does not know the method"),
    409: ("conflict", "Contradicts the current state"),
    412: ("precondition-failed", "Changed since that version"),
    413: ("content-too-large", "Body too large"),
    415: ("unsupported-media-type", "Unsupported media type"),
    422: ("idempotency-key-reused", "Idempotency-Key used with another payload"),
    429: ("too-many-requests", "Too many requests"),
    428: ("precondition-required", "If-Match is needed"),
    500: ("internal", "Something went wrong"),
    503: ("unavailable", "Out of service"),
}


class Rejected(Exception):
    """The request is refused; ``errors`` are (pointer or parameter name, message)."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        errors: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    def reply(self, correlation_id: str) -> Reply:
        """The refusal as problem details (RFC 9457)."""
        kind, title = _TITLES.get(self.status, ("error", "Refused"))
        body: dict[str, Json] = {
            "type": PROBLEMS + kind,
            "title": title,
            "status": self.status,
            "correlationId": correlation_id,
        }
        if self.detail:
            body["detail"] = self.detail[:2000]
        if self.errors:
            body["errors"] = [
                {"pointer": pointer[:500], "message": message[:1000]}
                for pointer, message in self.errors[:100]
            ]
        return Reply(self.status, body, self.headers, PROBLEM)
