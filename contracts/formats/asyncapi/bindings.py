"""Protocol bindings as flat facts, and the schemas among them as exchanges.

Source: github.com/asyncapi/bindings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.formats.asyncapi.model import Model
from contracts.formats.contract import Element, Side
from contracts.formats.node import Node
from contracts.schema import SchemaAt
from contracts.verdict import Direction, Json

SCHEMAS: Mapping[tuple[str, str], str] = {
    ("kafka", "key"): "message-key",
    ("http", "query"): "binding-schema",
    ("http", "headers"): "binding-schema",
    ("ws", "query"): "binding-schema",
    ("ws", "headers"): "binding-schema",
}
"""Fields of bindings that hold a Schema Object → the kind of element they become."""
UNSAID = frozenset({"bindingVersion"})
DEEPEST = 4


def bindings_of(model: Model, owner: Node) -> dict[str, Json]:
    """``{"kafka/topicConfiguration/retention.ms": 604800000}``, schemas and versions left out."""
    facts: dict[str, Json] = {}
    for protocol, field, node in _fields(model, owner):
        if (protocol, field) not in SCHEMAS:
            _flatten(facts, f"{protocol}/{field}", node.value, 0)
    return facts


def _flatten(facts: dict[str, Json], name: str, value: Json, depth: int) -> None:
    if isinstance(value, dict) and value and depth < DEEPEST:
        for key, member in value.items():
            _flatten(facts, f"{name}/{key}", member, depth + 1)
    else:
        facts[name] = value


def binding_exchanges(
    model: Model, owner: Node, writer: Side, label: str, names: tuple[str, ...]
) -> Iterator[Element]:
    """The schemas in the bindings of a message or channel."""
    for protocol, field, node in _fields(model, owner):
        kind = SCHEMAS.get((protocol, field))
        if kind is None:
            continue
        node = model.follow(node)  # noqa: PLW2901
        yield Element(
            kind=kind,
            key=f"{protocol} {field}",
            label=f"{label} {protocol} {field}",
            document=node.document,
            pointer=node.pointer,
            writer=writer if kind == "message-key" else Side.CONSUMER,
            direction=Direction.EVENT,
            schema=SchemaAt(node.document, node.pointer, model.dialect, model.resolver),
            facts={"schema": node.value},
            names=names,
        )


def _fields(model: Model, owner: Node) -> Iterator[tuple[str, str, Node]]:
    bindings = owner.at("bindings")
    if bindings is None:
        return
    for protocol, binding in model.objects(model.follow(bindings), "binding"):
        for field in binding.value:
            node = binding.at(field)
            if node is not None and field not in UNSAID and not field.startswith("x-"):
                yield protocol, field, node
