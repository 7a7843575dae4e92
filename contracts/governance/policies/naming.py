"""Names say what a thing does, in one style."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject, mapping
from contracts.verdict import Level

_CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
_SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|\{[a-z][a-zA-Z0-9]*\}|[a-z]+:[a-z]+")
_ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+")
_EVENT = re.compile(r"[a-z][a-z0-9-]*(\.[a-zA-Z][a-zA-Z0-9]*)+\.v[0-9]+")
_TABLE = re.compile(r"[A-Z][A-Z0-9_]{3,}|(tbl|TBL|T)_\w+|\w+_(?:tab|table|tbl)")


@policy(
    "naming",
    level=Level.ERROR,
    mend="Paths and addresses in kebab-case, operations and fields in camelCase, event types as "
    "system.object.verb.v1; name what is done, not the table behind it.",
)
def naming(subject: Subject) -> Iterator[Complaint]:
    """Consumers guess names; one style lets them guess right. Table names tie them to a vendor."""
    yield from _operations(subject)
    yield from _events(subject)
    for node in subject.schemas:
        if "/properties/" in node.pointer and _TABLE.fullmatch(node.name):
            message = f"field {node.name!r} looks like a table or column of a vendor"
            yield Complaint(node.pointer, message)


def _operations(subject: Subject) -> Iterator[Complaint]:
    identities = Counter(str(item.data.get("operationId")) for item in subject.operations)
    for operation in subject.operations:
        identity = operation.data.get("operationId")
        label = f"{operation.method.upper()} {operation.path}"
        if not isinstance(identity, str) or not _CAMEL.fullmatch(identity):
            yield Complaint(operation.pointer, f"{label} has no operationId in camelCase")
        elif identities[identity] > 1:
            yield Complaint(operation.pointer, f"operationId {identity!r} is used twice")
        wrong = [s for s in operation.path.split("/") if s and not _SEGMENT.fullmatch(s)]
        if wrong:
            yield Complaint(operation.pointer, f"{label}: {wrong[0]!r} is not kebab-case")


def _events(subject: Subject) -> Iterator[Complaint]:
    for channel in subject.channels:
        if not _ADDRESS.fullmatch(channel.address):
            message = f"address {channel.address!r} is not system.object.verb"
            yield Complaint(channel.pointer, message)
    for node in subject.messages:
        payload = subject.follow(f"{node.pointer}/payload", node.data.get("payload"))
        kind = mapping(mapping(payload.data.get("properties")).get("type"))
        constant = kind.get("const")
        if isinstance(constant, str) and not _EVENT.fullmatch(constant):
            yield Complaint(
                payload.pointer, f"event type {constant!r} is not system.object.verb.v1"
            )
