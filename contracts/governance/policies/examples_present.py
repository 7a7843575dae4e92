"""Requests, answers and messages are shown by example."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Node, Subject, listing
from contracts.verdict import Level


@policy(
    "examples-present",
    level=Level.WARNING,
    mend="Add 'example' or 'examples' next to the schema.",
)
def examples_present(subject: Subject) -> Iterator[Complaint]:
    """A newcomer reads the example first and the schema when it does not work."""
    for operation in subject.operations:
        label = f"{operation.method.upper()} {operation.path}"
        for media in operation.bodies:
            if not _shown(subject, media):
                yield Complaint(media.pointer, f"{label}: no example of the request")
        for response in operation.responses:
            for media in subject.media(response) if response.name.startswith("2") else ():
                if not _shown(subject, media):
                    yield Complaint(media.pointer, f"{label}: no example of {response.name}")
    for message in subject.messages:
        if not listing(message.data.get("examples")):
            yield Complaint(message.pointer, f"message {message.name} has no example")


def _shown(subject: Subject, media: Node) -> bool:
    if "example" in media.data or media.data.get("examples"):
        return True
    schema = subject.follow(f"{media.pointer}/schema", media.data.get("schema"))
    return bool(schema.data.get("examples")) or "example" in schema.data
