"""``Idempotency-Key`` (IETF httpapi draft §2.6): asked twice, done once."""

from __future__ import annotations

import json
from collections.abc import Iterator

from conformance.evidence import Failure, RecordedResponse, Severity, cause_id
from conformance.http.operations import Operation, Parameter
from conformance.http.probes.seeds import Finding, Seeds, Sender, with_header
from contracts.verdict import Place

KEY = "Idempotency-Key"


def idempotency_key_required(operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
    """A request without its mandatory key is refused with 400."""
    key = operation.parameter(KEY)
    if key is None or not key.required or not seeds.answers:
        return
    request = with_header(seeds.answers[0].request, KEY, None)
    response = send(request)
    if response is None or response.status in {400, 401, 403}:
        return
    accepted = response.status < 400
    yield Finding(
        _failure(
            "idempotency_key_required",
            "Missing Idempotency-Key accepted" if accepted else "Missing Idempotency-Key misnamed",
            f"The request has no {KEY} and was answered {response.status}; the answer is 400",
            operation,
            key,
            Severity.HIGH if accepted else Severity.MEDIUM,
            cause_id("missing-header", key.pointer, ""),
        ),
        request,
        response,
    )


def idempotency_key_replay(operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
    """The same request with the same key gets the same answer, and nothing happens twice."""
    key = operation.parameter(KEY)
    if key is None or not seeds.answers:
        return
    first = seeds.answers[-1]
    if not first.request.header(KEY):
        return
    response = send(first.request)
    if response is None or response.status in {401, 403, 429} or _same(first.response, response):
        return
    yield Finding(
        _failure(
            "idempotency_key_replay",
            "Same key and body, another answer",
            f"The first answer was {first.response.status}; the same request with the same {KEY} "
            f"was answered {response.status}"
            + (" with another body" if response.status == first.response.status else ""),
            operation,
            key,
            Severity.CRITICAL,
        ),
        first.request,
        response,
    )


def idempotency_key_reuse(operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
    """A key that comes back with another payload is refused with 422."""
    key = operation.parameter(KEY)
    if key is None or len(seeds.answers) < 2:
        return
    first, other = seeds.answers[0], seeds.answers[-1]
    used = first.request.header(KEY)
    if not used or used == other.request.header(KEY):
        return
    request = with_header(other.request, KEY, used)
    response = send(request)
    if response is None or response.status in {401, 403, 422, 429}:
        return
    yield Finding(
        _failure(
            "idempotency_key_reuse",
            "Used key with another payload not refused",
            f"{KEY} {used!r} had another payload before; the answer is 422 and was "
            f"{response.status}",
            operation,
            key,
            Severity.HIGH,
        ),
        request,
        response,
    )


def _same(first: RecordedResponse, second: RecordedResponse) -> bool:
    if first.status != second.status:
        return False
    try:
        return bool(json.loads(first.body or "null") == json.loads(second.body or "null"))
    except ValueError:
        return first.body == second.body


def _failure(
    check: str,
    title: str,
    message: str,
    operation: Operation,
    key: Parameter,
    severity: Severity,
    cause: str | None = None,
) -> Failure:
    return Failure(
        check=check,
        title=title,
        message=message,
        operation=operation.label,
        severity=severity,
        cause=cause or cause_id(check, operation.label),
        place=Place(key.pointer),
    )
