"""A contract says how critical it is and who may see its data."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "classified",
    level=Level.ERROR,
    mend="Add 'criticality' (1 stops trade, 2 degrades, 3 informs) and 'classification' (P I C R).",
)
def classified(subject: Subject) -> Iterator[Complaint]:
    """Notice periods hang on the criticality, access on the class."""
    sidecar = subject.sidecar
    if sidecar is None:
        return
    if sidecar.criticality is None:
        yield Complaint("", "no criticality is given", sidecar=True)
    if sidecar.classification is None:
        yield Complaint("", "no classification is given", sidecar=True)
