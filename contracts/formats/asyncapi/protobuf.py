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

    A text stands where the place does; a file that is referred to stands for itself.
    """
    from contracts.documents.proto_syntax import parse_proto
    from contracts.formats.protobuf.imports import with_imports
    from contracts.formats.protobuf.parsed import is_parsed

    file = node.document.file(node.pointer)
    try:
        if isinstance(node.value, str):
            data = parse_proto(node.value.encode(), node.document.name, Limits())
            origin = (node.document, node.pointer)
        elif file.syntax == "proto":
            whole = with_imports(file)
            data, origin = whole.data, (whole, "")
        elif is_parsed(node.value):  # kept in one document with the one that refers to it
            data, origin = node.value, (node.document, node.pointer)
        else:
            return None
    except (ContractError, UnicodeEncodeError):
        return None
    main = node.document
    made = Document(data, name=main.name, syntax="proto", path=main.path, origins={"": origin})
    return made if data["messages"] and _readable(made) else None


def _readable(document: Document) -> bool:
    """Whether what it refers to inside itself is there."""
    from contracts.formats.protobuf import children_of

    try:
        return all(element.children is not None for element in children_of(document))
    except (LookupError, ValueError, RuntimeError):
        return False


def proto_elements(document: Document, names: tuple[str, ...], owner: Element) -> Iterator[Element]:
    """The messages and enums of a payload, written by whoever writes the payload.

    Only the message that is sent is promised; others, and enums, matter where its fields hold
    them.
    """
    from contracts.formats.protobuf import children_of
    from contracts.formats.protobuf.payload import concerned, payload_message

    sent = payload_message(document.data, *names)
    parts = concerned(document.data, sent, *names)
    for element in children_of(document):
        if parts is not None and element.key not in parts:
            continue
        if element.kind in {"proto-message", "proto-extend", "proto-enum"}:
            if element.key != sent:
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
