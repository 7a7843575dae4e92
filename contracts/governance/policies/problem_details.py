"""Errors speak one language."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Operation, Subject
from contracts.verdict import Level

MEDIA = "application/problem+json"


@policy(
    "problem-details",
    level=Level.ERROR,
    mend=f"Document 400 and every other error with {MEDIA} (RFC 9457).",
)
def problem_details(subject: Subject) -> Iterator[Complaint]:
    """A caller that can read one error can read them all."""
    for operation in subject.operations:
        yield from _errors(subject, operation)


def _errors(subject: Subject, operation: Operation) -> Iterator[Complaint]:
    label = f"{operation.method.upper()} {operation.path}"
    errors = [r for r in operation.responses if r.name[:1] in {"4", "5"} or r.name == "default"]
    if not any(response.name in {"400", "4XX", "default"} for response in errors):
        yield Complaint(f"{operation.pointer}/responses", f"{label} documents no 400")
    for response in errors:
        kinds = [media.name for media in subject.media(response)]
        if kinds != [MEDIA]:
            message = f"{label} answers {response.name} with {', '.join(kinds) or 'no body'}"
            yield Complaint(response.pointer, message)
