"""Protocol Buffers: messages by field number, enums by value, services by method.

Sources: protobuf.dev, *Updating A Message Type* (proto3 language guide) and *Encoding*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.documents import Document, pointer
from contracts.errors import UnsupportedFormat
from contracts.formats.contract import Contract, Element
from contracts.formats.protobuf.imports import with_imports
from contracts.formats.protobuf.types import encoding, map_of, resolve
from contracts.verdict import Direction, Json


def read(document: Document) -> Contract:
    """The contract in a ``.proto`` file.

    Raises:
        UnsupportedFormat: the document was not read as Protocol Buffers source.
        DocumentUnreadable: an imported file that lies beside it cannot be read.
    """
    data = document.data
    if document.syntax != "proto" or not isinstance(data, dict):
        raise UnsupportedFormat(
            "this is not Protocol Buffers source; its file name must end in .proto",
            source=document.name,
        )
    document = with_imports(document)
    data = document.data
    root = Element("contract", "", document.name, document, "")
    # members of a JSON object have no order, but the first value of an enum is its default
    root.context = tuple(next(iter(enum["values"]), None) for enum in data["enums"].values())
    root.grow = lambda _: _children(document, data)
    return Contract("protobuf", str(data["syntax"]), document, root)


def _children(document: Document, data: dict[str, Json]) -> Iterator[Element]:
    facts = {"package": data["package"], "syntax": data["syntax"]}
    yield _element(document, "proto-file", "", "file", "", facts)
    for name, message in data["messages"].items():
        at = pointer.join("/messages", name)
        element = _element(document, "proto-message", name, f"message {name}", at, message)
        types = (resolve(data, name, field["type"]) for field in message["fields"].values())
        used = tuple((found, encoding(data, found)) for found in types)
        element.context = (_syntax(data, message), data["package"], used)
        element.grow = lambda owner: _fields(document, data, owner)
        yield element
    for name, enum in data["enums"].items():
        at = pointer.join("/enums", name)
        first = next(iter(enum["values"]), None)
        known = {**enum, "first": first, "closed": _syntax(data, enum) == "proto2"}
        element = _element(document, "proto-enum", name, f"enum {name}", at, known)
        element.context = (first, _syntax(data, enum))
        element.grow = lambda owner: _values(document, owner)
        yield element
    for name, service in data["services"].items():
        at = pointer.join("/services", name)
        element = _element(document, "proto-service", name, f"service {name}", at, service)
        element.grow = lambda owner: _methods(document, data, owner)
        yield element


def _element(
    document: Document, kind: str, key: str, label: str, at: str, facts: dict[str, Json]
) -> Element:
    return Element(
        kind, key, label, document, at, direction=Direction.DATA, facts=facts, names=(key,)
    )


def _syntax(data: dict[str, Json], definition: Mapping[str, Json]) -> str:
    """The syntax of the file that a message or enum stands in."""
    return str(definition.get("syntax", data["syntax"]))


def _fields(document: Document, data: dict[str, Json], owner: Element) -> Iterator[Element]:
    listed: dict[str, Json] = owner.facts["fields"]
    together: dict[str, list[str]] = {}
    for number, field in listed.items():
        if "oneof" in field:
            together.setdefault(field["oneof"], []).append(number)
    for number, field in listed.items():
        at = pointer.join(owner.pointer, "fields", number)
        resolved = resolve(data, owner.key, field["type"])
        many = field.get("label") == "repeated" or map_of(resolved) is not None
        facts = {
            **field,
            "type": resolved,
            "group": encoding(data, resolved, grouped=bool(field.get("group"))),
            "many": many,
            "alternatives": tuple(together.get(field.get("oneof"), ())),
            "reserved": owner.facts["reserved"],
            "reserved_names": owner.facts["reserved_names"],
            "file": data,
        }
        label = f"{owner.label} field {field['name']} = {number}"
        element = _element(document, "proto-field", number, label, at, facts)
        syntax = _syntax(data, owner.facts)
        element.context = (resolved, facts["group"], facts["alternatives"], syntax)
        yield element


def _values(document: Document, owner: Element) -> Iterator[Element]:
    by_number: dict[int, list[str]] = {}
    for name, number in owner.facts["values"].items():
        by_number.setdefault(number, []).append(name)
    for number, names in by_number.items():
        at = pointer.join(owner.pointer, "values", names[0])
        label = f"{owner.label} value {names[0]} = {number}"
        facts = {"names": tuple(names), "number": number, "closed": owner.facts["closed"]}
        element = _element(document, "proto-enum-value", str(number), label, at, facts)
        element.context = (facts["names"],)
        yield element


def _methods(document: Document, data: dict[str, Json], owner: Element) -> Iterator[Element]:
    for name, rpc in owner.facts["rpcs"].items():
        at = pointer.join(owner.pointer, "rpcs", name)
        facts = {
            **rpc,
            "request": resolve(data, "", rpc["request"]),
            "response": resolve(data, "", rpc["response"]),
        }
        label = f"rpc {owner.key}.{name}"
        element = _element(document, "proto-rpc", name, label, at, facts)
        element.context = (facts["request"], facts["response"])
        yield element
