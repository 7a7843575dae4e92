"""Protocol Buffers: messages by field number, enums by value, services by method.

Sources: protobuf.dev, *Updating A Message Type* (proto3 language guide) and *Encoding*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from contracts.documents import Document, pointer
from contracts.errors import UnsupportedFormat
from contracts.formats.contract import Contract, Element
from contracts.verdict import Direction, Json

SCALARS = {
    **dict.fromkeys(("int32", "int64", "uint32", "uint64", "bool"), "varint"),
    **dict.fromkeys(("sint32", "sint64"), "zigzag varint"),
    **dict.fromkeys(("fixed32", "sfixed32"), "32 bit"),
    **dict.fromkeys(("fixed64", "sfixed64"), "64 bit"),
    "float": "32 bit float",
    "double": "64 bit float",
    "string": "bytes",
    "bytes": "bytes",
}
"""Scalar → what its encoding shares with others: within a group readers understand each other."""
DEEPEST = 1
"""Messages inside messages that two messages under different names are compared by."""


def read(document: Document) -> Contract:
    """The contract in a ``.proto`` file.

    Raises:
        UnsupportedFormat: the document was not read as Protocol Buffers source.
    """
    data = document.data
    if document.syntax != "proto" or not isinstance(data, dict):
        raise UnsupportedFormat(
            "this is not Protocol Buffers source; its file name must end in .proto",
            source=document.name,
        )
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
        types = (_type(data, name, field["type"]) for field in message["fields"].values())
        used = tuple((found, encoding(data, found)) for found in types)
        element.context = (data["syntax"], data["package"], used)
        element.grow = lambda owner: _fields(document, data, owner)
        yield element
    for name, enum in data["enums"].items():
        at = pointer.join("/enums", name)
        first = next(iter(enum["values"]), None)
        known = {**enum, "first": first, "closed": data["syntax"] == "proto2"}
        element = _element(document, "proto-enum", name, f"enum {name}", at, known)
        element.context = (first, data["syntax"])
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


def _fields(document: Document, data: dict[str, Json], owner: Element) -> Iterator[Element]:
    listed: dict[str, Json] = owner.facts["fields"]
    oneofs = Counter(field.get("oneof") for field in listed.values())
    for number, field in listed.items():
        at = pointer.join(owner.pointer, "fields", number)
        resolved = _type(data, owner.key, field["type"])
        facts = {
            **field,
            "type": resolved,
            "group": encoding(data, resolved, grouped=bool(field.get("group"))),
            "alone": oneofs[field.get("oneof")] == 1,
            "reserved": owner.facts["reserved"],
            "reserved_names": owner.facts["reserved_names"],
            "file": data,
        }
        label = f"{owner.label} field {field['name']} = {number}"
        element = _element(document, "proto-field", number, label, at, facts)
        element.context = (resolved, facts["group"], facts["alone"], data["syntax"])
        yield element


def _type(data: dict[str, Json], scope: str, name: str) -> str:
    """A type's name from the file's root, by the innermost scope that knows it."""
    if name in SCALARS or name.startswith("map<"):
        return name
    package = f"{data['package']}." if data["package"] else ""
    if name.startswith("."):
        return name[1:].removeprefix(package)
    scopes = scope.split(".")
    for depth in range(len(scopes), -1, -1):
        full = ".".join([*scopes[:depth], name])
        if full in data["messages"] or full in data["enums"]:
            return full
    return name.removeprefix(package)


def encoding(data: dict[str, Json], name: str, *, grouped: bool = False) -> str:
    """What the type's encoding shares with others (*Encoding*, wire types)."""
    if grouped:
        return "group"
    if name in data["enums"]:
        return "varint"
    return SCALARS.get(name, "message")


def shape(data: dict[str, Json], name: str, depth: int = 0) -> Json:
    """Numbers, types and labels of a message: what its bytes look like, whatever the names."""
    message = data["messages"].get(name)
    if message is None or depth > DEEPEST:
        return name
    found = {}
    for number, field in sorted(message["fields"].items()):
        resolved = _type(data, name, field["type"])
        inner: Json = resolved if resolved in SCALARS else encoding(data, resolved)
        if resolved in data["messages"]:
            inner = "itself" if resolved == name else shape(data, resolved, depth + 1)
        found[number] = [inner, field.get("label") == "repeated"]
    return found


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
            "request": _type(data, "", rpc["request"]),
            "response": _type(data, "", rpc["response"]),
        }
        label = f"rpc {owner.key}.{name}"
        element = _element(document, "proto-rpc", name, label, at, facts)
        element.context = (facts["request"], facts["response"])
        yield element
