"""What may come again is still known."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "dedupe-covers-replay",
    level=Level.ERROR,
    mend="Remember keys at least as long as messages can be replayed or writes retried.",
)
def dedupe_covers_replay(subject: Subject) -> Iterator[Complaint]:
    """A replay older than the memory of the receiver books everything twice."""
    sidecar = subject.sidecar
    if sidecar is None:
        return
    rules = sidecar.effective_policies
    dedupe, replay, key, retry = (
        rules.deduplication,
        rules.replay,
        rules.idempotency,
        rules.retry,
    )
    if replay is not None and dedupe is None:
        yield Complaint("/policies", "messages can be replayed, nothing is deduplicated", True)
    elif replay is not None and dedupe is not None and dedupe.window < replay.window:
        message = f"deduplicated for {dedupe.window}, replayed for {replay.window}"
        yield Complaint("/policies/deduplication", message, sidecar=True)
    kept = key.retention if key is not None else None
    longest = retry.longest if retry is not None else None
    if key is not None and kept is None:
        message = "how long idempotency keys are kept is not stated"
        yield Complaint("/policies/idempotency", message, sidecar=True)
    elif kept is not None and longest is not None and kept < longest:
        message = f"keys are kept for {kept}, writes are retried for {longest}"
        yield Complaint("/policies/idempotency", message, sidecar=True)
    keep = rules.retention.keep if rules.retention else None
    if keep is not None and replay is not None and keep < replay.window:
        message = f"data is kept for {keep}, replay promises {replay.window}"
        yield Complaint("/policies/retention", message, sidecar=True)
