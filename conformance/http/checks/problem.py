"""Problem details (RFC 9457): an error that says what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.answer import Answer
from contracts.verdict import Place

PROBLEM = "application/problem+json"
_TYPES: dict[str, type | tuple[type, ...]] = {
    "type": str,
    "title": str,
    "status": int,
    "detail": str,
    "instance": str,
}


def problem_details(answer: Answer) -> Iterator[Failure]:
    """An error declared as problem+json is an object with the members of RFC 9457 §3.1."""
    if answer.status < 400 or answer.request.method == "HEAD":
        return
    declared = answer.operation.response(answer.status)
    if declared is None or PROBLEM not in declared.content:
        return
    for what, message in _faults(answer):
        yield Failure(
            check="problem_details",
            title="Problem details are not as declared",
            message=message,
            operation=answer.operation.label,
            severity=Severity.MEDIUM,
            cause=cause_id("content-type", declared.pointer, "")
            if what == "media-type"
            else cause_id("problem_details", what),
            place=Place(declared.pointer),
        )


def _faults(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.media_type != PROBLEM:
        if len(declared_types(answer)) == 1:
            yield (
                "media-type",
                f"{answer.status} is declared as {PROBLEM} and came as {answer.media_type or '-'}",
            )
        return
    problem = answer.json()
    if not isinstance(problem, Mapping):
        yield "object", f"The {answer.status} answer is {PROBLEM} and not a JSON object"
        return
    for name, kind in _TYPES.items():
        value = problem.get(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            yield name, f"Member {name!r} of the problem is {type(value).__name__} (RFC 9457 §3.1)"
    status = problem.get("status")
    if isinstance(status, int) and status != answer.status:
        yield (
            "status",
            f"The problem says {status}, the answer was {answer.status} (RFC 9457 §3.1.2)",
        )
    if not problem.get("title") and not problem.get("type"):
        yield "empty", "The problem has neither a type nor a title: it says nothing"


def declared_types(answer: Answer) -> tuple[str, ...]:
    """The media types the contract declares for this status."""
    declared = answer.operation.response(answer.status)
    return tuple(declared.content) if declared else ()
