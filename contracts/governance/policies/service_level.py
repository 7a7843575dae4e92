"""A contract promises a level of service."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import Profile
from contracts.verdict import Level


@policy(
    "service-level",
    level=Level.ERROR,
    mend="Choose a 'profile', or state 'sla' yourself.",
)
def service_level(subject: Subject) -> Iterator[Complaint]:
    """Consumers build promises of their own on latency, availability and freshness."""
    sidecar = subject.sidecar
    if sidecar is None:
        return
    level = sidecar.effective_sla
    if subject.has_profile(Profile.DATA_PRODUCT) and level.freshness is None:
        yield Complaint("/sla", "a data product promises no freshness", sidecar=True)
    if level.latency_p95_ms is None and level.freshness is None:
        yield Complaint("/sla", "neither latency nor freshness is promised", sidecar=True)
    if subject.is_api and level.availability is None:
        yield Complaint("/sla", "an API promises no availability", sidecar=True)
