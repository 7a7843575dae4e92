"""Traces are handed on."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "trace-context",
    level=Level.WARNING,
    mend="Accept the header traceparent (W3C Trace Context); declare it in the event envelope.",
)
def trace_context(subject: Subject) -> Iterator[Complaint]:
    """A trace that ends at a system boundary shows everything but the cause."""
    for operation in subject.operations:
        if operation.parameter("traceparent", "header") is None:
            label = f"{operation.method.upper()} {operation.path}"
            yield Complaint(operation.pointer, f"{label} does not accept traceparent")
    for message in subject.messages:
        payload = subject.follow(f"{message.pointer}/payload", message.data.get("payload"))
        headers = subject.follow(f"{message.pointer}/headers", message.data.get("headers"))
        places = (payload.data.get("properties"), headers.data.get("properties"))
        if not any(isinstance(place, dict) and "traceparent" in place for place in places):
            yield Complaint(message.pointer, f"message {message.name} carries no traceparent")
