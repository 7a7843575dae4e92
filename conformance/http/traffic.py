"""Traffic that already exists, held against the contract: drift shows without sending anything."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from conformance.evidence import (
    Contract,
    Failure,
    Outcome,
    RecordedRequest,
    RecordedResponse,
    Redactor,
    Run,
    Severity,
    cause_id,
)
from conformance.http.answer import Answer
from conformance.http.checks import ANSWER_CHECKS
from conformance.http.conformity import RequestRules
from conformance.http.curl import curl
from conformance.http.operations import Operation, operations
from conformance.http.responses import ResponseRules
from conformance.http.tally import Tally
from conformance.plan.classification import restricted_fields
from contracts.errors import DocumentUnreadable
from contracts.verdict import Json, Place

Exchange = tuple[RecordedRequest, RecordedResponse]


def read_har(path: Path) -> Iterator[Exchange]:
    """The exchanges of an HTTP archive (HAR 1.2).

    Raises:
        DocumentUnreadable: it is not there, or not an archive.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentUnreadable(f"cannot be read: {error.strerror}", source=str(path)) from error
    return har_exchanges(content, str(path))


def har_exchanges(content: bytes, name: str) -> Iterator[Exchange]:
    """The exchanges of an HTTP archive's bytes.

    Raises:
        DocumentUnreadable: it is not an archive.
    """
    try:
        entries = orjson.loads(content)["log"]["entries"]
    except (ValueError, KeyError, TypeError):
        message = "is not an HTTP archive; it needs log.entries (HAR 1.2)"
        raise DocumentUnreadable(message, source=name) from None
    for entry in entries if isinstance(entries, list) else ():
        exchange = _exchange(entry)
        if exchange is not None:
            yield exchange


def _exchange(entry: Any) -> Exchange | None:
    try:
        sent, came = entry["request"], entry["response"]
        content = came.get("content") or {}
        body = content.get("text")
        if body is not None and content.get("encoding") == "base64":
            body = base64.b64decode(body).decode("utf-8", "replace")
        posted = sent.get("postData") or {}
        return (
            RecordedRequest(
                str(sent["method"]).upper(),
                str(sent["url"]),
                tuple((str(h["name"]), str(h["value"])) for h in sent.get("headers") or ()),
                posted.get("text"),
            ),
            RecordedResponse(
                int(came["status"]),
                tuple((str(h["name"]), str(h["value"])) for h in came.get("headers") or ()),
                body,
                float(entry.get("time") or 0) / 1000,
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


class Router:
    """Finds the operation of a request; a concrete path wins over a template."""

    def __init__(self, known: tuple[Operation, ...], base: str = "") -> None:
        self._base = base.rstrip("/")
        ordered = sorted(known, key=lambda o: o.path.count("{"))
        self._routes = [(o, re.compile(_pattern(o.path))) for o in ordered]

    def find(self, request: RecordedRequest) -> tuple[Operation | None, bool]:
        """The operation, and whether the path is known at all."""
        path = urlsplit(request.url).path.removeprefix(self._base)
        known = False
        for operation, pattern in self._routes:
            if pattern.fullmatch(path):
                known = True
                if operation.method == request.method:
                    return operation, True
        return None, known


def _pattern(path: str) -> str:
    parts = re.split(r"(\{[^}/]+\})", path)
    return "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)


def check_traffic(
    document: Contract,
    exchanges: Iterable[Exchange],
    *,
    base: str = "",
    source: str = "traffic",
    contract: str = "",
    environment: str = "local",
    notes: Callable[[], Iterable[str]] = tuple,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Run:
    """What recorded traffic shows that the contract does not say. ``base`` is cut off paths;
    ``notes`` tells at the end what was left out.
    """
    started = now()
    drift = _Drift(document, base)
    for request, response in exchanges:
        drift.take(request, response)
    found = drift.failures()
    seen = drift.tally.requests + drift.strange
    outcome = Outcome.FAILED if found else Outcome.PASSED
    reason = f"{len(found)} kinds of drift" if found else ""
    ended = now()
    return Run(
        id=str(uuid.uuid4()),
        suite="traffic",
        contract=contract or document.name,
        sha256=document.sha256,
        environment=environment,
        target=source,
        started_at=started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        finished_at=ended.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        outcome=outcome if seen else Outcome.INCONCLUSIVE,
        reason=reason if seen else "no exchange was seen",
        operations=drift.tally.results(),
        failures=found,
        requests=seen,
        checks=dict(drift.tally.checks),
        warnings=(*notes(), *drift.notes()),
        duration=(ended - started).total_seconds(),
    )


class _Drift:
    def __init__(self, document: Contract, base: str) -> None:
        self._document = document
        data: Mapping[str, Json] = document.data if isinstance(document.data, dict) else {}
        known = operations(data)
        self._router = Router(known, base)
        self._responses = ResponseRules(data)
        self._requests = {o.label: RequestRules(o, data) for o in known}
        self._redactor = Redactor(fields=restricted_fields(data))
        self.tally = Tally(known)
        self.strange = 0
        self.bare = 0
        """Exchanges of which neither headers nor bodies are known."""

    def take(self, request: RecordedRequest, response: RecordedResponse) -> None:
        """Hold one exchange against the contract."""
        operation, known = self._router.find(request)
        if operation is None:
            self.strange += 1
            self._found(_undocumented(request, known), request, response)
            return
        answer = Answer(operation, request, response)
        self.tally.answer(answer, signed_in=False, positive=False)
        if not response.headers and response.body is None:
            self._without_bodies(answer)
            return
        for failure in self._responses.failures(answer):
            self._found(failure, request, response)
        for check in ANSWER_CHECKS.values():
            for failure in check(answer):
                self._found(failure, request, response)
        if 200 <= response.status < 300:
            self._accepted(answer)

    def _without_bodies(self, answer: Answer) -> None:
        """A line of an access log: operation, status and the query are all it tells."""
        self.bare += 1
        operation = answer.operation
        if operation.response(answer.response.status) is None:
            for failure in self._responses.failures(answer):
                self._found(failure, answer.request, answer.response)
        if 200 <= answer.response.status < 300:
            self._asked(answer, only=frozenset({"path", "query"}))

    def _accepted(self, answer: Answer) -> None:
        """A request that was taken although the contract says it is wrong."""
        self._asked(answer)

    def _asked(self, answer: Answer, only: frozenset[str] = frozenset()) -> None:
        operation = answer.operation
        faults = self._requests[operation.label].faults(answer.request)
        if only:
            named = {p.name for p in operation.parameters if p.location in only}
            faults = [(where, what) for where, what in faults if where in named]
        declared = {p.name for p in operation.parameters if p.location == "query"}
        given = parse_qs(urlsplit(answer.request.url).query, keep_blank_values=True)
        for name in sorted(set(given) - declared)[:3]:
            failure = Failure(
                check="undocumented_parameter",
                title="Undocumented query parameter",
                message=f"the query parameter {name!r} is not declared",
                operation=operation.label,
                severity=Severity.LOW,
                cause=cause_id("undocumented_parameter", operation.label, name),
                place=Place(operation.pointer),
            )
            self._found(failure, answer.request, answer.response)
        for where, what in faults[:3]:
            failure = Failure(
                check="undocumented_request",
                title="Request outside the contract was accepted",
                message=f"{where or 'body'}: {what}"[:500],
                operation=answer.operation.label,
                severity=Severity.MEDIUM,
                cause=cause_id("undocumented_request", answer.operation.label, where),
                place=Place(answer.operation.pointer),
            )
            self._found(failure, answer.request, answer.response)

    def _found(
        self, failure: Failure, request: RecordedRequest, response: RecordedResponse
    ) -> None:
        self.tally.checks[failure.check] += 1
        if not self.tally.is_better(failure, request):
            self.tally.failure(failure)
            return
        clean = self._redactor
        sent = RecordedRequest(
            request.method,
            clean.text(request.url),
            clean.headers(request.headers),
            clean.body(request.body) if request.body else None,
        )
        came = RecordedResponse(
            response.status,
            clean.headers(response.headers),
            clean.body(response.body or "")[:20_000],
            response.elapsed,
        )
        message = clean.text(failure.message)
        whole = replace(failure, request=sent, response=came, curl=curl(sent), message=message)
        self.tally.failure(whole)

    def notes(self) -> Iterator[str]:
        """What could not be looked at."""
        if self.bare:
            yield f"{self.bare} exchanges without headers and bodies: fields were not looked at"

    def failures(self) -> tuple[Failure, ...]:
        """One failure per cause, with the line in the contract."""
        return tuple(f.with_place(self._lined(f.place)) for f in self.tally.failures())

    def _lined(self, place: Place | None) -> Place | None:
        if place is None:
            return None
        return Place(place.pointer, self._document.line(place.pointer), self._document.name)


def _undocumented(request: RecordedRequest, known: bool) -> Failure:
    path = re.sub(r"/[^/]*\d[^/]*", "/{…}", urlsplit(request.url).path)
    what = "method" if known else "path"
    return Failure(
        check="undocumented_operation",
        title=f"Undocumented {what}",
        message=f"{request.method} {path} is in no operation of the contract",
        operation=f"{request.method} {path}",
        severity=Severity.HIGH,
        cause=cause_id("undocumented_operation", request.method, path),
        place=Place("/paths"),
    )
