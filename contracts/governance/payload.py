"""Finding a field in the schemas of a document."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.fieldpath import ANY, FieldPath
from contracts.governance.subject import Node, Subject, listing, mapping

_STEPS = 2000


def has_field(subject: Subject, root: Node, path: FieldPath) -> bool:
    """Whether a payload of that schema can have the field; yes where the schema does not say."""
    here = [root]
    for segment in path.segments:
        here = [node for schema in here for node in _below(subject, schema, segment)]
        if not here:
            return False
        if any(not node.data for node in here):
            return True
    return True


def _below(subject: Subject, schema: Node, segment: str) -> Iterator[Node]:
    for node in alternatives(subject, schema):
        if segment == ANY:
            below, place = node.data.get("items"), f"{node.pointer}/items"
            if below is None:
                below = node.data.get("additionalProperties")
                place = f"{node.pointer}/additionalProperties"
        else:
            below = mapping(node.data.get("properties")).get(segment)
            place = f"{node.pointer}/properties/{segment}"
        if below is not None:
            yield subject.follow(place, below, segment)


def alternatives(subject: Subject, schema: Node) -> Iterator[Node]:
    """The schema and every subschema that speaks of the same value."""
    stack, seen = [subject.follow(schema.pointer, schema.data, schema.name)], set[str]()
    while stack and len(seen) < _STEPS:
        node = stack.pop()
        if node.pointer in seen:
            continue
        seen.add(node.pointer)
        yield node
        for key in ("allOf", "anyOf", "oneOf"):
            for at, raw in enumerate(listing(node.data.get(key))):
                stack.append(subject.follow(f"{node.pointer}/{key}/{at}", raw, node.name))
