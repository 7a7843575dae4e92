"""Everything says what it is."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject, mapping
from contracts.verdict import Level


@policy(
    "descriptions",
    level=Level.WARNING,
    mend="Add a sentence as 'description'.",
)
def descriptions(subject: Subject) -> Iterator[Complaint]:
    """A field that nobody explained is explained by everybody differently."""
    info = mapping(subject.root.get("info"))
    if (subject.is_api or subject.is_events) and not info.get("description"):
        yield Complaint("/info", "the contract is not described")
    for operation in subject.operations:
        if not (operation.data.get("description") or operation.data.get("summary")):
            label = f"{operation.method.upper()} {operation.path}"
            yield Complaint(operation.pointer, f"{label} is not described")
    for channel in subject.channels:
        if not channel.data.get("description"):
            yield Complaint(channel.pointer, f"channel {channel.address} is not described")
    for node in subject.schemas:
        if "/properties/" in node.pointer and node.pointer.split("/")[-2] == "properties":
            full = subject.follow(node.pointer, node.data)
            if not (node.data.get("description") or full.data.get("description")):
                yield Complaint(node.pointer, f"field {node.name} is not described")
