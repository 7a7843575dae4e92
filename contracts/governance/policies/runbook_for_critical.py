"""A contract that stops trade has instructions."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "runbook-for-critical",
    level=Level.ERROR,
    mend="Add the address of the instructions as 'support.runbook'.",
)
def runbook_for_critical(subject: Subject) -> Iterator[Complaint]:
    """Criticality 1 stops trade or close: what to do must be written before it happens."""
    sidecar = subject.sidecar
    if sidecar is None or sidecar.criticality != 1:
        return
    if sidecar.support is None or sidecar.support.runbook is None:
        yield Complaint("/support", "criticality 1 without a runbook", sidecar=True)
