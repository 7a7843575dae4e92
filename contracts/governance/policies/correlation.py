"""A business transaction can be followed through all systems."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject, mapping
from contracts.verdict import Level

HEADER = "X-Correlation-Id"


@policy(
    "correlation",
    level=Level.ERROR,
    mend=f"Accept and return {HEADER}; give every message a correlationId.",
)
def correlation(subject: Subject) -> Iterator[Complaint]:
    """Without one id across systems nobody finds where an order got lost."""
    for operation in subject.operations:
        label = f"{operation.method.upper()} {operation.path}"
        if operation.parameter(HEADER, "header") is None:
            yield Complaint(operation.pointer, f"{label} does not accept {HEADER}")
        for response in operation.responses:
            headers = {name.lower() for name in mapping(response.data.get("headers"))}
            if response.name.startswith("2") and HEADER.lower() not in headers:
                yield Complaint(response.pointer, f"{label} does not return {HEADER}")
    for message in subject.messages:
        if "correlationId" not in message.data:
            yield Complaint(message.pointer, f"message {message.name} has no correlationId")
