"""What was created can be read where the answer says it is (RFC 9110 §15.3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from conformance.evidence import Failure, RecordedRequest, Severity, cause_id
from conformance.http.operations import Operation
from conformance.http.probes.seeds import Finding, Seeds, Sender
from contracts.verdict import Place

_OF_WRITES = frozenset({"content-type", "content-length", "idempotency-key", "if-match"})


def created_is_readable(operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
    """A GET of the Location of a 201 answer is not 404 or 410."""
    for answer in seeds.answers:
        location = answer.response.header("Location")
        if answer.status != 201 or not location:
            continue
        headers = tuple(h for h in answer.request.headers if h[0].lower() not in _OF_WRITES)
        request = RecordedRequest("GET", urljoin(answer.request.url, location), headers)
        response = send(request)
        if response is None or response.status not in {404, 410}:
            continue
        yield Finding(
            Failure(
                check="created_is_readable",
                title="Created resource not found",
                message=f"{operation.label} answered 201 with Location {location}; "
                f"reading it is answered {response.status}",
                operation=operation.label,
                severity=Severity.HIGH,
                cause=cause_id("created_is_readable", operation.label),
                place=Place(_promise(operation)),
            ),
            request,
            response,
        )


def _promise(operation: Operation) -> str:
    declared = operation.response(201)
    return declared.pointer if declared else operation.pointer
