"""API and event descriptions that describe no call and no channel: schemas for others to refer to.

Nobody can tell from such a document who writes and who reads, so both directions are judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.formats.contract import Contract, Element, Side
from contracts.formats.node import Node, Source
from contracts.schema import SchemaAt
from contracts.verdict import Direction

DIRECTION_UNDECLARED = "direction-undeclared"

_USES: dict[str, Sequence[tuple[str, Side, Direction]]] = {
    "openapi": (
        ("in requests", Side.CONSUMER, Direction.REQUEST),
        ("in responses", Side.PROVIDER, Direction.RESPONSE),
    ),
    "asyncapi": (
        ("received", Side.CONSUMER, Direction.EVENT),
        ("sent", Side.PROVIDER, Direction.EVENT),
    ),
}


def with_definitions(contract: Contract, source: Source, used: Sequence[str]) -> Contract:
    """The contract; where it has none of the ``used`` members, each schema it defines is a part."""
    root = source.root()
    components = root.at("components")
    schemas = root.at("definitions") or (components.at("schemas") if components else None)
    if schemas is None or not schemas.value or any(root.get(name) for name in used):
        return contract
    element, grow = contract.root, contract.root.grow
    element.facts = {"collection": True}
    element.grow = lambda _: (
        *(grow(element) if grow else ()),
        *_definitions(contract.format, source, schemas),
    )
    contract.assumptions.append(DIRECTION_UNDECLARED)
    return contract


def _definitions(format: str, source: Source, schemas: Node) -> Iterator[Element]:
    for name, _ in source.members(schemas, "schemas"):
        node = schemas.at(name)
        if node is None or "schemaFormat" in (node.value if isinstance(node.value, dict) else ()):
            continue
        yield Element(
            kind="definition",
            key=name,
            label=f"schema {name}",
            document=node.document,
            pointer=node.pointer,
            names=(name,),
            grow=lambda element, node=node: _uses(format, source, node, element),  # type: ignore[misc]
        )


def _uses(format: str, source: Source, node: Node, owner: Element) -> Iterator[Element]:
    for how, writer, direction in _USES[format]:
        yield Element(
            kind="schema",
            key=how,
            label=f"{owner.label} {how}",
            document=node.document,
            pointer=node.pointer,
            writer=writer,
            direction=direction,
            schema=SchemaAt(node.document, node.pointer, source.dialect, source.resolver),
            required=True,
        )
