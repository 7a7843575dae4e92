"""Protocol bindings as flat facts, and the schemas among them as exchanges.

Source: github.com/asyncapi/bindings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contracts.formats.asyncapi.model import Model
from contracts.formats.asyncapi.schemas import PAYLOADS, Payload, described, language_of_key
from contracts.formats.contract import Element, Side
from contracts.formats.node import Node
from contracts.verdict import Direction, Json

KEY = "message-key"
SCHEMAS: Mapping[tuple[str, str], str] = {
    ("kafka", "key"): KEY,
    ("http", "query"): "application/x-www-form-urlencoded",
    ("http", "headers"): "application/x-www-form-urlencoded",
    ("ws", "query"): "application/x-www-form-urlencoded",
    ("ws", "headers"): "application/x-www-form-urlencoded",
    ("jms", "headers"): "",
    ("anypointmq", "headers"): "",
    ("mqtt", "correlationData"): "",
    ("mqtt", "responseTopic"): "",
    ("mqtt", "messageExpiryInterval"): "",
    ("solace", "timeToLive"): "",
    ("solace", "priority"): "",
}
"""Fields of bindings that may hold a Schema Object → how their values are written.

A field that holds a plain value instead is a fact like all others.
"""
UNSAID = frozenset({"bindingVersion"})
DEEPEST = 6


class Stated(NamedTuple):
    """A binding field's value, and where it stands in the document."""

    value: Json
    pointer: str


def bindings_of(model: Model, owner: Node) -> dict[str, Stated]:
    """``{"kafka/topicConfiguration/retention.ms": …}``, schemas and versions left out."""
    facts: dict[str, Stated] = {}
    for protocol, field, node in _fields(model, owner):
        if not _is_schema(protocol, field, node):
            _flatten(model, facts, f"{protocol}/{field}", node, 0)
    return facts


def _is_schema(protocol: str, field: str, node: Node) -> bool:
    return (protocol, field) in SCHEMAS and isinstance(node.value, (dict, bool))


def _flatten(model: Model, facts: dict[str, Stated], name: str, node: Node, depth: int) -> None:
    """Members of objects, and of objects in lists, under a name each."""
    node = model.follow(node)
    value = node.value
    if isinstance(value, dict) and value and depth < DEEPEST:
        names: list[tuple[str, Node | None]] = [(key, node.at(key)) for key in value]
    elif isinstance(value, list) and depth < DEEPEST and any(isinstance(i, dict) for i in value):
        names = [(str(index), node.at(index)) for index in range(len(value))]
    else:
        facts[name] = Stated(value, node.pointer)
        return
    for key, member in names:
        if member is not None and not key.startswith("x-"):
            _flatten(model, facts, f"{name}/{key}", member, depth + 1)


def binding_exchanges(
    model: Model, owner: Node, writer: Side, label: str, names: tuple[str, ...]
) -> Iterator[Element]:
    """The schemas in the bindings of a message, an operation or a channel."""
    for protocol, field, node in _fields(model, owner):
        if not _is_schema(protocol, field, node):
            continue
        form = SCHEMAS[protocol, field]
        schema = language_of_key(model, node) if form == KEY else described(model, node, None)
        if form == KEY and schema.schema is None:  # what the other language says, beside the key
            yield _exchange(
                schema,
                PAYLOADS.get(schema.format, "payload-other"),
                writer,
                (protocol, field),
                label,
                names,
            )
        kind = KEY if form == KEY else "binding-schema"
        yield _exchange(schema, kind, writer, (protocol, field), label, names)


def _exchange(
    schema: Payload,
    kind: str,
    writer: Side,
    of: tuple[str, str],
    label: str,
    names: tuple[str, ...],
) -> Element:
    protocol, field = of
    form = SCHEMAS[of]
    return Element(
        kind=kind,
        key=f"{protocol} {field}",
        label=f"{label} {protocol} {field}",
        document=schema.node.document,
        pointer=schema.node.pointer,
        writer=writer,
        direction=Direction.EVENT,
        schema=schema.schema,
        facts={
            "schema": schema.node.value,
            "format": schema.format,
            "avro": schema.avro,
            "understood": schema.format == "json-schema" or schema.avro is not None,
            "binding": field,
            **({"media_type": form} if form not in {KEY, ""} else {}),
        },
        names=names,
        context=schema.context,
    )


def _fields(model: Model, owner: Node) -> Iterator[tuple[str, str, Node]]:
    bindings = owner.at("bindings")
    if bindings is None:
        return
    for protocol, binding in model.objects(model.follow(bindings), "binding"):
        for field in binding.value:
            node = binding.at(field)
            if node is not None and field not in UNSAID and not field.startswith("x-"):
                yield protocol, field, model.follow(node)
