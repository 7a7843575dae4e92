"""Consumers use what exists."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.expectations import Usage
from contracts.governance.payload import has_field
from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Node, Operation, Subject
from contracts.verdict import Level


@policy(
    "expectations-exist",
    level=Level.ERROR,
    mend="Correct the name under 'consumers'; fields are written like lines[].lineNumber.",
)
def expectations_exist(subject: Subject) -> Iterator[Complaint]:
    """A misspelt field in an expectation protects nobody from anything."""
    sidecar = subject.sidecar
    if sidecar is None or subject.document is None or subject.is_proposal:
        return
    if not (subject.is_api or subject.is_events):
        return
    for at, expectation in enumerate(sidecar.expectations()):
        for index, usage in enumerate(expectation.uses):
            place = f"/consumers/{at}/uses/{index}"
            for message in _wrong(subject, usage):
                yield Complaint(place, f"{expectation.consumer}: {message}", sidecar=True)


def _wrong(subject: Subject, usage: Usage) -> Iterator[str]:
    operation = next((o for o in subject.operations if usage.target in o.names), None)
    if operation is not None:
        yield from _in_operation(subject, usage, operation)
        return
    payloads = list(_payloads(subject, usage.target))
    if not payloads:
        yield f"there is no {usage.kind} {usage.target!r}"
        return
    for path in (*(usage.reads or ()), *(usage.sends or ())):
        if not any(has_field(subject, payload, path) for payload in payloads):
            yield f"no message of {usage.target} has a field {path}"


def _in_operation(subject: Subject, usage: Usage, operation: Operation) -> Iterator[str]:
    answers = [
        _schema(subject, media)
        for response in operation.responses
        if response.name.startswith("2")
        for media in subject.media(response)
    ]
    requests = [_schema(subject, media) for media in operation.bodies]
    for path in usage.reads or ():
        if not any(has_field(subject, node, path) for node in answers):
            yield f"no answer of {usage.target} has a field {path}"
    for path in usage.sends or ():
        if not any(has_field(subject, node, path) for node in requests):
            yield f"no request of {usage.target} has a field {path}"
    for header in sorted(usage.headers or ()):
        if operation.parameter(header, "header") is None:
            yield f"{usage.target} has no header {header}"
    for name in sorted(usage.parameters or ()):
        if not any(operation.parameter(name, where) for where in ("query", "path", "cookie")):
            yield f"{usage.target} has no parameter {name}"


def _schema(subject: Subject, media: Node) -> Node:
    return subject.follow(f"{media.pointer}/schema", media.data.get("schema"))


def _payloads(subject: Subject, target: str) -> Iterator[Node]:
    for channel in subject.channels:
        for message in channel.messages:
            if target in (channel.key, channel.address, message.name, message.data.get("name")):
                yield subject.follow(f"{message.pointer}/payload", message.data.get("payload"))
