"""The chosen pattern fits volume and freshness."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import Pattern, Profile
from contracts.verdict import Level

HIGH_VOLUME = 1000
"""Messages a minute above which a synchronous call per message is no longer reasonable."""


@policy(
    "pattern-fits",
    level=Level.ERROR,
    mend="Choose the pattern that fits, and write its reason into 'pattern'.",
)
def pattern_fits(subject: Subject) -> Iterator[Complaint]:
    """A call per warehouse movement, or a nightly file where minutes count, fails in production."""
    sidecar = subject.sidecar
    if sidecar is None:
        return
    if sidecar.pattern is None:
        yield Complaint("", "no interaction pattern is named", sidecar=True)
        return
    kind = sidecar.pattern.kind
    peak = sidecar.events.peak_per_minute if sidecar.events else None
    events = subject.has_profile(Profile.OPERATIONAL_EVENT, Profile.FINANCE_EVENT)
    if kind is Pattern.SYNCHRONOUS_API and (events or (peak or 0) > HIGH_VOLUME):
        message = "a synchronous API for events or high volume"
        yield Complaint("/pattern/kind", message, sidecar=True)
    if subject.is_events and kind not in {Pattern.EVENT, Pattern.WEBHOOK, Pattern.EXTRACT}:
        message = f"the document describes messages, the pattern is {kind.value}"
        yield Complaint("/pattern/kind", message, sidecar=True)
    if subject.is_api and kind is Pattern.EVENT:
        message = "the document describes requests, the pattern is event"
        yield Complaint("/pattern/kind", message, sidecar=True)
