"""A caller that is told to slow down is told how long."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.answer import Answer
from contracts.verdict import Place


def retry_after_on_throttling(answer: Answer) -> Iterator[Failure]:
    """A 429 answer carries ``Retry-After`` (RFC 6585 §4, RFC 9110 §10.2.3)."""
    if answer.status != 429 or answer.response.header("Retry-After"):
        return
    declared = answer.operation.response(429)
    yield Failure(
        check="retry_after_on_throttling",
        title="Throttled without Retry-After",
        message="The answer was 429 and does not say when to try again",
        operation=answer.operation.label,
        severity=Severity.LOW,
        cause=cause_id("retry_after_on_throttling"),
        place=Place(declared.pointer if declared else answer.operation.pointer),
    )
