"""What has to be sent can be written."""

from __future__ import annotations

import time
from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Node, Subject, mapping
from contracts.verdict import Direction, Level

SECONDS = 1.0
"""Processor time for one document; what is left then is not looked at."""

Asked = tuple[str, Direction]
"""Where a schema stands, and which way its values go."""


def payloads(subject: Subject) -> Iterator[Asked]:
    """The schemas of bodies, parameters and messages."""
    for operation in subject.operations:
        for node in (*operation.parameters, *operation.bodies):
            yield from _schema(node, Direction.REQUEST)
        for response in operation.responses:
            for media in subject.media(response):
                yield from _schema(media, Direction.RESPONSE)
    for message in subject.messages:
        payload = message.data.get("payload")
        other = "schemaFormat" in message.data or "schemaFormat" in mapping(payload)
        if payload is not None and not other:
            yield f"{message.pointer}/payload", Direction.EVENT


def _schema(node: Node, direction: Direction) -> Iterator[Asked]:
    if "schema" in node.data:
        yield f"{node.pointer}/schema", direction


@policy(
    "payloads-possible",
    level=Level.WARNING,
    mend="Correct what contradicts itself: a required member, bounds that cross, an empty list.",
)
def payloads_possible(subject: Subject) -> Iterator[Complaint]:
    """What nobody can write is compatible with everything and breaks whoever tries."""
    from contracts.schema import Budget, Dialect, Options, Prover, SchemaAt
    from contracts.schema.results import Empty

    if subject.document is None or not (subject.is_api or subject.is_events):
        return
    dialect = Dialect.ASYNCAPI if subject.is_events else Dialect.OPENAPI31
    if subject.is_api and str(subject.root.get("openapi")).startswith("3.0"):
        dialect = Dialect.OPENAPI30
    prover = Prover(Options(budget=Budget(seconds=SECONDS / 4, total_seconds=SECONDS)))
    end = time.thread_time() + SECONDS
    for pointer, direction in dict.fromkeys(payloads(subject)):
        if time.thread_time() > end:
            return
        one_way = None if direction is Direction.EVENT else direction
        found = prover.example(SchemaAt(subject.document, pointer, dialect), direction=one_way)
        if isinstance(found, Empty):
            yield Complaint(pointer, "no value satisfies the schema, so nothing can be sent")
