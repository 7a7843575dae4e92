"""Somebody answers when it fails, and somebody else when they do not."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "support-and-escalation",
    level=Level.ERROR,
    mend="Fill in 'support' with team, escalation and channel.",
)
def support_and_escalation(subject: Subject) -> Iterator[Complaint]:
    """At three in the morning nobody reads an architecture diagram."""
    if subject.sidecar is None:
        return
    support = subject.sidecar.support
    if support is None:
        yield Complaint("", "no support is named", sidecar=True)
        return
    if support.escalation is None:
        yield Complaint("/support", "no escalation is named", sidecar=True)
    if subject.sidecar.criticality == 1 and support.channel is None:
        message = "a contract of criticality 1 names no channel to reach support"
        yield Complaint("/support", message, sidecar=True)
