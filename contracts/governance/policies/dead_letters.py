"""Messages that nobody can process go somewhere, and somebody looks."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "dead-letters",
    level=Level.ERROR,
    mend="Add a channel '<address>.dlq', and 'policies.deadLetter' with owner and runbook.",
)
def dead_letters(subject: Subject) -> Iterator[Complaint]:
    """A message that blocks its queue, or is thrown away, is found by the customer."""
    if not subject.is_events:
        return
    addresses = {channel.address for channel in subject.channels}
    for channel in subject.channels:
        if not channel.dead_letters and f"{channel.address}.dlq" not in addresses:
            message = f"channel {channel.address} has no dead letter address"
            yield Complaint(channel.pointer, message)
    sidecar = subject.sidecar
    if sidecar is None:
        return
    letter = sidecar.effective_policies.dead_letter
    if letter is None:
        yield Complaint("/policies", "no dead letter policy", sidecar=True)
    elif sidecar.criticality == 1 and (letter.owner is None or letter.runbook is None):
        message = "criticality 1 and no owner or runbook for dead letters"
        yield Complaint("/policies/deadLetter", message, sidecar=True)
