"""Writes of transactions can be repeated safely."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import WRITES, Operation, Subject
from contracts.governance.vocabulary import Profile
from contracts.verdict import Level


@policy(
    "idempotency-key",
    level=Level.ERROR,
    mend="Require the header Idempotency-Key and document 400, 409 and 422; for changes of a "
    "version If-Match with 412 will do.",
)
def idempotency_key(subject: Subject) -> Iterator[Complaint]:
    """A retry after a time-out must not order twice (IETF draft Idempotency-Key)."""
    if not subject.has_profile(Profile.TRANSACTION):
        return
    for operation in subject.operations:
        if operation.method in WRITES:
            yield from _write(operation)


def _write(operation: Operation) -> Iterator[Complaint]:
    label = f"{operation.method.upper()} {operation.path}"
    key = operation.parameter("Idempotency-Key", "header")
    match = operation.parameter("If-Match", "header")
    if key is not None:
        wanted = {"400", "409", "422"}
        if key.data.get("required") is not True:
            yield Complaint(key.pointer, f"{label} does not require its Idempotency-Key")
    elif match is not None and operation.method != "post":
        wanted = {"412"}
    else:
        yield Complaint(operation.pointer, f"{label} can not be repeated safely")
        return
    missing = sorted(wanted - {response.name for response in operation.responses})
    if missing:
        message = f"{label} does not document {', '.join(missing)}"
        yield Complaint(f"{operation.pointer}/responses", message)
