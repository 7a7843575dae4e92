"""Somebody compares both sides."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import Profile
from contracts.verdict import Level


@policy(
    "reconciliation-owned",
    level=Level.ERROR,
    mend="Name method and owner in 'policies.reconciliation'.",
)
def reconciliation_owned(subject: Subject) -> Iterator[Complaint]:
    """Copies drift apart in silence; a schedule without an owner is a wish."""
    sidecar = subject.sidecar
    if sidecar is None or sidecar.profile == (Profile.QUERY,):
        return
    rule = sidecar.effective_policies.reconciliation
    if rule is None:
        yield Complaint("/policies", "nothing is reconciled", sidecar=True)
    elif rule.owner is None or rule.method is None:
        message = f"reconciled {rule.schedule}, but nobody owns it or says how"
        yield Complaint("/policies/reconciliation", message, sidecar=True)
