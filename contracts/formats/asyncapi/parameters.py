"""Parameters of channel addresses: text that whoever connects fills in.

In 3.x a parameter lists strings (3.0.0, Parameter Object); in 2.x it has a schema, whose values
are written into the address all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.documents import Document
from contracts.formats.asyncapi.model import Model
from contracts.formats.contract import Element, Side
from contracts.formats.node import Node
from contracts.schema import SchemaAt
from contracts.verdict import Direction, Json

_TYPED = frozenset({"type", "$ref", "allOf", "anyOf", "oneOf", "if", "not"})
"""Keywords that say of what type a value is, or refer to what does."""


def parameter_elements(model: Model, channel: Node, owner: Element) -> Iterator[Element]:
    """One element per parameter of the address, those included that nobody describes."""
    described = dict(model.objects(channel.at("parameters"), "parameter"))
    names = owner.facts["parameters"] if owner.facts["address"] else tuple(described)
    for position, name in enumerate(names):
        node = described.get(name, channel)
        schema = _schema(model, described.get(name))
        yield Element(
            kind="channel-parameter",
            key=str(position) if owner.facts["address"] else name,
            label=f"{owner.label} parameter {name}",
            document=node.document,
            pointer=node.pointer,
            writer=Side.CONSUMER,
            direction=Direction.EVENT,
            schema=schema or _text(model, node, {}),
            facts={
                "name": name,
                "location": node.text("location"),
                "address": owner.facts["address"],
                "in": "address",
                "style": "simple",
                "explode": False,
            },
            names=owner.names,
            context=(name in described,),
        )


def _schema(model: Model, node: Node | None) -> SchemaAt | None:
    if node is None:
        return None
    if not model.second:
        return _text(model, node, _limits(node))
    stated = node.at("schema")
    if stated is None:
        return None
    schema = model.follow(stated)
    if isinstance(schema.value, dict) and _TYPED.isdisjoint(schema.value):
        return _text(model, schema, schema.value)
    return SchemaAt(stated.document, stated.pointer, model.dialect, model.resolver)


def _limits(node: Node) -> dict[str, Json]:
    """The members of a 3.x parameter that a schema has too."""
    limits = {"default": node.get("default")} if "default" in node.value else {}
    allowed = node.get("enum")
    if isinstance(allowed, list):
        limits["enum"] = list(map(str, allowed))
    return limits


def _text(model: Model, node: Node, limits: dict[str, Json]) -> SchemaAt:
    """A schema whose type nobody states; its parts stand where the parameter does."""
    said = Document(
        {"type": "string", **limits},
        name=node.document.name,
        syntax="data",
        path=node.document.path,
        origins={"": (node.document, node.pointer)},
    )
    return SchemaAt(said, "", model.dialect, model.resolver)
