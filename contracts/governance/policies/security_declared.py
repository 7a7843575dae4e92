"""Every door has a lock."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject, listing
from contracts.governance.vocabulary import Classification
from contracts.verdict import Level


@policy(
    "security-declared",
    level=Level.ERROR,
    mend="Add 'security' for the document or the operation, and document 401.",
)
def security_declared(subject: Subject) -> Iterator[Complaint]:
    """Only public data may be read without saying who reads."""
    sidecar = subject.sidecar
    if sidecar is not None and sidecar.classification is Classification.PUBLIC:
        return
    general = listing(subject.root.get("security"))
    for operation in subject.operations:
        label = f"{operation.method.upper()} {operation.path}"
        wanted = listing(operation.data.get("security", general))
        if not wanted or {} in wanted:
            yield Complaint(operation.pointer, f"{label} may be called by anybody")
        elif "401" not in {response.name for response in operation.responses}:
            yield Complaint(f"{operation.pointer}/responses", f"{label} does not document 401")
