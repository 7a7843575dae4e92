"""Optimistic locking (RFC 9110 §13.1.1): who read an old state may not overwrite a new one."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.operations import Operation
from conformance.http.probes.seeds import Finding, Seeds, Sender, with_header
from contracts.verdict import Place

STALE = '"interlock-stale-0"'


def optimistic_locking(operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
    """A change under a stale ``If-Match`` is refused with 412."""
    parameter = operation.parameter("If-Match")
    if parameter is None or not seeds.answers:
        return
    request = with_header(seeds.answers[-1].request, "If-Match", STALE)
    if operation.parameter("Idempotency-Key") is not None:
        request = with_header(
            request, "Idempotency-Key", seeds.fresh_key(operation.label, "if-match")
        )
    response = send(request)
    if response is None or response.status in {401, 403, 404, 412, 429}:
        return
    yield Finding(
        Failure(
            check="optimistic_locking",
            title="Stale If-Match not refused",
            message=f"If-Match {STALE} names no state this resource ever had; the answer is 412 "
            f"and was {response.status}",
            operation=operation.label,
            severity=Severity.HIGH,
            cause=cause_id("optimistic_locking", operation.label),
            place=Place(parameter.pointer),
        ),
        request,
        response,
    )
