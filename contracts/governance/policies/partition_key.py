"""Messages in order say per what."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.fieldpath import FieldPath
from contracts.governance.payload import has_field
from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject, listing
from contracts.governance.vocabulary import Ordering
from contracts.verdict import Level


@policy(
    "partition-key",
    level=Level.ERROR,
    mend="Name a required field as x-partition-key of the channel, the same in 'events'.",
)
def partition_key(subject: Subject) -> Iterator[Complaint]:
    """Order exists only among messages of one key."""
    sidecar = subject.sidecar
    if not subject.is_events or sidecar is None:
        return
    events = sidecar.events
    if events is None:
        yield Complaint("", "key, order and delivery of the messages are not stated", sidecar=True)
        return
    if events.ordering is not Ordering.PER_KEY:
        return
    for channel in subject.channels:
        if channel.dead_letters:
            continue
        named = [item for item in listing(channel.data.get("x-partition-key")) if item]
        paths = [FieldPath.of_text(str(item)) for item in named] or list(events.partition_key)
        if not paths:
            yield Complaint(channel.pointer, f"channel {channel.address} is ordered by nothing")
        for path in paths:
            for message in channel.messages:
                payload = subject.follow(f"{message.pointer}/payload", message.data.get("payload"))
                if path is None or not has_field(subject, payload, path):
                    text = f"message {message.name} has no field {path or named[0]} to be keyed by"
                    yield Complaint(channel.pointer, text)
