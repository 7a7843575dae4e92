"""``Idempotency-Key`` (IETF httpapi draft §2.6): asked twice, done once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from conformance.evidence import Failure, RecordedResponse, Severity, cause_id
from conformance.http.operations import Operation, Parameter
from conformance.http.probes.seeds import Finding, Seeds, Sender, with_header
from contracts.verdict import Place

KEY = "Idempotency-Key"
AT_ONCE = 3
"""Requests that are sent at the same time."""
BURSTS = 3
"""How often that is tried: a race is lost by chance."""


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


def idempotency_key_concurrent(
    operation: Operation, seeds: Seeds, send: Sender
) -> Iterator[Finding]:
    """While the first request runs, the same key gets 409 (draft §2.6), or later its answer.

    Two different successes are two pieces of work for one key; a 5xx is a race that was lost.
    """
    key = operation.parameter(KEY)
    if key is None or not seeds.answers:
        return
    for attempt in range(BURSTS):
        fresh = seeds.fresh_key(operation.label, "concurrent", attempt)
        request = with_header(seeds.answers[-1].request, KEY, fresh)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [a for a in pool.map(send, [request] * AT_ONCE) if a is not None]
        done = [a for a in answers if 200 <= a.status < 300]
        other = next((a for a in done[1:] if not _same(done[0], a)), None)
        wrong = other or next((a for a in answers if a.status >= 500), None)
        if wrong is None:
            continue
        what = (
            f"{len(done)} of {AT_ONCE} requests at once with one {KEY} were worked on, with "
            "different answers; one is, the others get 409 or the same answer"
            if other
            else f"{AT_ONCE} requests at once with one {KEY}: one was answered {wrong.status}"
        )
        failure = _failure(
            "idempotency_key_concurrent", "Same key at the same time worked on twice", what,
            operation, key, Severity.CRITICAL if other else Severity.HIGH,
        )  # fmt: skip
        yield Finding(failure, request, wrong)
        return


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
