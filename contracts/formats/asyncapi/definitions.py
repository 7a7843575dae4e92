"""Messages, and schemas in other languages, that a document only defines for others to refer to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.formats.asyncapi.messages import Message, message_elements, part_element
from contracts.formats.asyncapi.model import Model
from contracts.formats.asyncapi.schemas import PAYLOADS, Payload, described
from contracts.formats.contract import Element, Side
from contracts.formats.definitions import Defined
from contracts.formats.node import Node
from contracts.verdict import Direction

_WAYS = (("received", Side.CONSUMER), ("sent", Side.PROVIDER))


def definitions(model: Model) -> dict[str, Defined]:
    """What ``components`` define besides plain schemas, under the label of each."""
    found: dict[str, Defined] = {}
    for name, node in model.objects(model.component("messages"), "message"):
        found[f"message {name}"] = node, partial(_message, model, name, node)
    if not model.second:
        for name, node in model.objects(model.component("schemas"), "schema"):
            if "schemaFormat" in node.value:
                found[f"schema {name}"] = node, partial(_schema, model, node)
    return found


def _message(model: Model, name: str, node: Node, owner: Element) -> Iterator[Element]:
    for how, writer in _WAYS:
        way = _way(owner, how, writer)
        way.grow = lambda element: message_elements(model, [Message(name, node)], element)
        yield way


def _schema(model: Model, node: Node, owner: Element) -> Iterator[Element]:
    for how, writer in _WAYS:
        schema = described(model, node, None)
        way = _way(owner, how, writer)
        kind = PAYLOADS.get(schema.format, "payload-other")
        way.grow = partial(_only, schema, kind, f"{owner.label} {how}")
        yield way


def _only(schema: Payload, kind: str, label: str, element: Element) -> Iterator[Element]:
    part = part_element(element, schema, "payload", kind, {})
    part.label = label
    yield part


def _way(owner: Element, how: str, writer: Side) -> Element:
    """One of the two directions in which something may travel."""
    return Element(
        kind=how,
        key="",
        label=how,
        document=owner.document,
        pointer=owner.pointer,
        writer=writer,
        direction=Direction.EVENT,
        names=owner.names,
    )
