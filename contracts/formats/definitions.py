"""API and event descriptions that describe no call and no channel: schemas for others to refer to.

Nobody can tell from such a document who writes and who reads, so both directions are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from contracts.formats.contract import Contract, Element, Part, Side
from contracts.formats.node import Node, Source
from contracts.schema import SchemaAt
from contracts.verdict import Direction

DIRECTION_UNDECLARED = "direction-undeclared"

Defined = tuple[Node, Callable[[Element], Iterator[Element]]]
"""Where something is defined, and how it is used in each direction."""
Further = Callable[[], Mapping[str, Defined]]

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


def with_definitions(
    contract: Contract, source: Source, used: Sequence[str], further: Further = dict
) -> Contract:
    """The contract; where it has none of the ``used`` members, each schema it defines is a part.

    ``further``: what else the format lets a document define, and schemas it reads by itself.
    """
    root = source.root()
    components = root.at("components")
    schemas = root.at("definitions") or (components.at("schemas") if components else None)
    defined = (components.value if components is not None else None) or {}
    some = (schemas is not None and schemas.value) or (
        isinstance(defined, dict) and defined.get("messages")
    )
    if not some or any(root.get(name) for name in used):
        return contract
    element, grow, unfold = contract.root, contract.root.grow, contract.root.unfold
    element.facts = {"collection": True}

    def definitions(_: Element) -> Iterator[Element]:
        return _definitions(contract.format, source, schemas, further())

    if unfold is not None:
        element.unfold = lambda: (*unfold(), Part("definitions", definitions))
    else:
        element.grow = lambda _: (*(grow(element) if grow else ()), *definitions(element))
    contract.assumptions.append(DIRECTION_UNDECLARED)
    return contract


def _definitions(
    format: str, source: Source, schemas: Node | None, further: Mapping[str, Defined]
) -> Iterator[Element]:
    plain: dict[str, Defined] = {}
    for name, _ in source.members(schemas, "schemas"):
        node = schemas.at(name) if schemas is not None else None
        if node is not None:
            plain[f"schema {name}"] = node, partial(_uses, format, source, node)
    for label, (node, uses) in {**plain, **further}.items():
        kind, _, name = label.partition(" ")
        yield Element(
            kind="definition",
            key=name if kind == "schema" else label,
            label=label,
            document=node.document,
            pointer=node.pointer,
            names=(name,),
            grow=uses,
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
