"""Transactions name the operation that undoes them."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import Profile
from contracts.verdict import Level


@policy(
    "compensation-named",
    level=Level.ERROR,
    mend="Name in 'policies.compensation' the operation that undoes the others.",
)
def compensation_named(subject: Subject) -> Iterator[Complaint]:
    """What half a workflow did is taken back by an operation, not by hand in a database."""
    sidecar = subject.sidecar
    if sidecar is None or not subject.has_profile(Profile.TRANSACTION):
        return
    compensation = sidecar.effective_policies.compensation
    if compensation is None:
        yield Complaint("/policies", "no compensating operation is named", sidecar=True)
        return
    if not subject.is_api:
        return
    known = {name for operation in subject.operations for name in operation.names}
    for name in (compensation.operation, *compensation.undoes):
        if name not in known:
            message = f"there is no operation {name!r} in the document"
            yield Complaint("/policies/compensation", message, sidecar=True)
