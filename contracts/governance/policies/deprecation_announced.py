"""The end of a contract is announced in time."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.lifecycle import sunset_problem
from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import LifecycleStatus
from contracts.verdict import Level


@policy(
    "deprecation-announced",
    level=Level.ERROR,
    mend="State 'deprecated', 'sunset' and 'migration' under 'lifecycle'; criticality 1 gives 180 "
    "days of notice, 2 gives 90, 3 gives 30.",
)
def deprecation_announced(subject: Subject) -> Iterator[Complaint]:
    """Consumers plan their move by the sunset date (RFC 8594)."""
    sidecar = subject.sidecar
    if sidecar is None:
        return
    life = sidecar.lifecycle
    if life.status is LifecycleStatus.DEPRECATED:
        if life.sunset is None:
            yield Complaint("/lifecycle", "deprecated without a sunset date", sidecar=True)
        if life.replaced_by is None and life.migration is None:
            yield Complaint("/lifecycle", "deprecated without saying what then", sidecar=True)
    problem = sunset_problem(sidecar.criticality or 3, None, life)
    if problem is not None:
        yield Complaint("/lifecycle/sunset", problem, sidecar=True)
