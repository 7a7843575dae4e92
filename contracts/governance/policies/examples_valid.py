"""Examples follow the schemas beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.documents import pointer as pointers
from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Node, Subject, listing, mapping
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json, Level

MOST = 1000
"""Examples that are looked at in one document."""
ROOT = "urn:interlock:document"


@dataclass(frozen=True, slots=True)
class Example:
    """An example, where it stands, and where its schema does."""

    pointer: str
    value: Json
    schema: str


def examples(subject: Subject) -> Iterator[Example]:
    """Every example of a request, response, parameter or message."""
    for operation in subject.operations:
        for node in (*operation.parameters, *operation.bodies):
            yield from _beside(subject, node)
        for response in operation.responses:
            for media in subject.media(response):
                yield from _beside(subject, media)
    for message in subject.messages:
        for at, example in enumerate(listing(message.data.get("examples"))):
            if "payload" in mapping(example) and "payload" in message.data:
                place = f"{message.pointer}/examples/{at}/payload"
                yield Example(place, example["payload"], f"{message.pointer}/payload")


def _beside(subject: Subject, node: Node) -> Iterator[Example]:
    schema = f"{node.pointer}/schema"
    if "schema" not in node.data:
        return
    if "example" in node.data:
        yield Example(f"{node.pointer}/example", node.data["example"], schema)
    for name, raw in mapping(node.data.get("examples")).items():
        found = subject.follow(pointers.join(node.pointer, "examples", name), raw)
        if "value" in found.data:
            yield Example(f"{found.pointer}/value", found.data["value"], schema)


@policy(
    "examples-valid",
    level=Level.ERROR,
    mend="Correct the example, or the schema if the example is right.",
)
def examples_valid(subject: Subject) -> Iterator[Complaint]:
    """Examples are what people copy; a wrong one is worse than none."""
    import jsonschema_rs

    broken = (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError)
    try:
        draft = jsonschema_rs.Draft202012
        registry = jsonschema_rs.Registry([(ROOT, subject.root)], draft=draft)
    except broken:
        return  # identifiers that are none: the format's own reader says so
    done: set[str] = set()
    validators: dict[str, Any] = {}
    for example in examples(subject):
        if example.pointer in done or len(done) >= MOST:
            continue
        done.add(example.pointer)
        try:
            if example.schema not in validators:
                reference = {"$ref": ROOT + pointers.to_fragment(example.schema)}
                validators[example.schema] = jsonschema_rs.Draft202012Validator(
                    reference, registry=registry, validate_formats=True
                )
            error = next(iter(validators[example.schema].iter_errors(example.value)), None)
        except broken:
            continue  # the schema itself is broken: the format's own reader says so
        if error is not None:
            place = pointers.join(example.pointer, *error.instance_path)
            yield Complaint(place, f"the example does not follow its schema: {error.message}")
