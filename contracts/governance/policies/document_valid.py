"""Documents follow their specification."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.metaschema import violations
from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "document-valid",
    level=Level.ERROR,
    mend="Correct the place; the specification of the format says what may stand there.",
)
def document_valid(subject: Subject) -> Iterator[Complaint]:
    """Tools that read the specification refuse what it forbids, each in its own way."""
    if subject.document is None:
        return
    for pointer, message in violations(subject.document):
        yield Complaint(pointer, message)
