"""Payloads in Protocol Buffers: the ``.proto`` text or file that a message refers to."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.documents import Document
from contracts.documents.limits import Limits
from contracts.errors import ContractError
from contracts.formats.contract import Element
from contracts.formats.node import Node


def proto_document(node: Node) -> Document | None:
    """The Protocol Buffers source at a place, with its imports; None if it is none.

    A text stands where the place does; a file that is referred to stands for itself. The first
    message is the payload.
    """
    from contracts.documents.proto_syntax import parse_proto
    from contracts.formats.protobuf.imports import with_imports

    file = node.document.file(node.pointer)
    try:
        if isinstance(node.value, str):
            data = parse_proto(node.value.encode(), node.document.name, Limits())
            origin = (node.document, node.pointer)
        elif file.syntax == "proto":
            whole = with_imports(file)
            data, origin = whole.data, (whole, "")
        else:
            return None
    except (ContractError, UnicodeEncodeError):
        return None
    if not data["messages"]:
        return None
    main = node.document
    return Document(data, name=main.name, syntax="proto", path=main.path, origins={"": origin})


def proto_elements(document: Document, owner: Element) -> Iterator[Element]:
    """The messages and enums of a payload, written by whoever writes the payload.

    Only the first message is promised; others, and enums, matter where its fields hold them.
    """
    from contracts.formats.protobuf import children_of

    first = next(iter(document.data["messages"]))
    for element in children_of(document):
        if element.kind in {"proto-message", "proto-extend", "proto-enum"}:
            if element.key != first:
                element.facts = {**element.facts, "imported": True}
            yield _written(element, owner)


def _written(element: Element, owner: Element) -> Element:
    """An element and all below it as a part of what the owner's writer writes."""
    element.label = f"{owner.label} {element.label}"
    element.writer, element.direction = owner.writer, owner.direction
    grow = element.grow
    if grow is not None:
        element.grow = lambda one: (_placed(child, owner) for child in grow(one))
    return element


def _placed(element: Element, owner: Element) -> Element:
    element.writer, element.direction = owner.writer, owner.direction
    return element
