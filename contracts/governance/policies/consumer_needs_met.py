"""The provider promises at least what its consumers need."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.sidecar import Consumer
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "consumer-needs-met",
    level=Level.ERROR,
    mend="Promise more, or agree with the consumer on less.",
)
def consumer_needs_met(subject: Subject) -> Iterator[Complaint]:
    """A consumer that needs more than is promised is broken before anything changes."""
    if subject.sidecar is None:
        return
    for at, consumer in enumerate(subject.sidecar.consumers):
        for message in _unmet(subject, consumer):
            yield Complaint(f"/consumers/{at}/needs", message, sidecar=True)
    yield from _too_many_calls(subject)


def _unmet(subject: Subject, consumer: Consumer) -> Iterator[str]:
    assert subject.sidecar is not None
    need, promise = consumer.needs, subject.sidecar.effective_sla
    who = consumer.system
    latency, wanted = promise.latency_p95_ms, need.latency_p95_ms
    if latency is not None and wanted is not None and wanted < latency:
        yield f"{who} needs p95 {wanted} ms, {latency} ms are promised"
    age = promise.freshness
    if age is None and subject.is_events and latency is not None:
        from datetime import timedelta

        age = timedelta(milliseconds=latency)
    if age is not None and need.freshness is not None and need.freshness < age:
        yield f"{who} needs data not older than {need.freshness}, {age} is promised"
    if promise.availability and need.availability and need.availability > promise.availability:
        yield f"{who} needs {need.availability} % availability, {promise.availability} is promised"
    events = subject.sidecar.events
    if need.ordering and events is not None:
        key = {str(path) for path in events.partition_key}
        wanted_key = {str(path) for path in need.ordering}
        if not key or not key <= wanted_key:
            asked, ordered = ", ".join(sorted(wanted_key)), ", ".join(sorted(key)) or "nothing"
            yield f"{who} needs order per {asked}, messages are keyed by {ordered}"


def _too_many_calls(subject: Subject) -> Iterator[Complaint]:
    assert subject.sidecar is not None
    limit = subject.sidecar.effective_policies.rate_limit
    calls = sum(item.needs.calls_per_minute or 0 for item in subject.sidecar.consumers)
    if limit is not None and limit.total_per_minute is not None and calls > limit.total_per_minute:
        message = f"consumers need {calls} calls a minute, the limit is {limit.total_per_minute}"
        yield Complaint("/policies/rateLimit", message, sidecar=True)
