"""Events come in a CloudEvents envelope."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject, listing, mapping
from contracts.verdict import Level

REQUIRED = ("id", "source", "specversion", "type")


@policy(
    "event-envelope",
    level=Level.ERROR,
    mend="Require id, source, specversion and type (CloudEvents 1.0), and give type a constant.",
)
def event_envelope(subject: Subject) -> Iterator[Complaint]:
    """Deduplication needs source and id, dispatch needs the type; every reader finds them there."""
    for message in subject.messages:
        payload = subject.follow(f"{message.pointer}/payload", message.data.get("payload"))
        headers = subject.follow(f"{message.pointer}/headers", message.data.get("headers"))
        binary = {f"ce_{name}" for name in REQUIRED} <= {
            str(name).replace("-", "_") for name in listing(headers.data.get("required"))
        }
        missing = [name for name in REQUIRED if name not in listing(payload.data.get("required"))]
        if missing and not binary:
            text = f"message {message.name} does not require {', '.join(missing)}"
            yield Complaint(payload.pointer, text)
        elif not binary:
            kind = mapping(mapping(payload.data.get("properties")).get("type"))
            if "const" not in kind and "enum" not in kind:
                text = f"message {message.name} does not say which type it has"
                yield Complaint(payload.pointer, text)
