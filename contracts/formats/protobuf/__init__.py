"""Protocol Buffers: messages by field number, enums by value, services by method.

Sources: protobuf.dev, *Updating A Message Type* (proto3 language guide), *Encoding*, *Feature
Settings for Editions*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.documents import Document, pointer
from contracts.errors import UnsupportedFormat
from contracts.formats.contract import Contract, Element
from contracts.formats.protobuf.extensions import extended, extensions_of
from contracts.formats.protobuf.features import (
    EXPLICIT,
    IMPLICIT,
    Features,
    of_enum,
    of_field,
    of_file,
    of_message,
)
from contracts.formats.protobuf.imports import with_imports
from contracts.formats.protobuf.types import default_of, encoding, is_grouped, map_of, resolve
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
    root.grow = lambda _: children_of(document)
    return Contract("protobuf", str(data["syntax"]), document, root)


def children_of(document: Document) -> Iterator[Element]:
    """The file, its messages, extensions, enums and services."""
    data: dict[str, Json] = document.data
    yield _element(document, "proto-file", "", "file", "", _file_facts(data))
    for name, message in data["messages"].items():
        at = pointer.join("/messages", name)
        inherited = of_message(data, name)
        element = _element(document, "proto-message", name, f"message {name}", at, message)
        types = (resolve(data, name, field["type"]) for field in message["fields"].values())
        used = tuple((found, encoding(data, found)) for found in types)
        element.context = (inherited, data["package"], used)
        element.facts = {**message, "features": inherited, "file": data}
        element.grow = lambda owner: _fields(document, data, owner)
        yield element
    for name in extended(data):
        block = pointer.join("/extensions", next(iter(extensions_of(data, name).values()))["at"])
        facts = {"fields": extensions_of(data, name), "reserved": [], "reserved_names": []}
        label = f"extension of {name}"
        element = _element(document, "proto-extend", name, label, block, {**facts, "file": data})
        element.context = (of_file(data), str(facts["fields"]))
        element.grow = lambda owner: _extensions(document, data, owner)
        yield element
    for name, enum in data["enums"].items():
        at = pointer.join("/enums", name)
        first = next(iter(enum["values"]), None)
        features = of_enum(data, name)
        closed = features.enum_type == "CLOSED"
        known = {**enum, "first": first, "closed": closed, "features": features, "file": data}
        element = _element(document, "proto-enum", name, f"enum {name}", at, known)
        element.context = (first, features)
        element.grow = lambda owner: _values(document, owner)
        yield element
    for name, service in data["services"].items():
        at = pointer.join("/services", name)
        element = _element(document, "proto-service", name, f"service {name}", at, service)
        element.grow = lambda owner: _methods(document, data, owner)
        yield element


def _file_facts(data: dict[str, Json]) -> dict[str, Json]:
    own = {kind: [n for n, d in data[kind].items() if not d.get("imported")] for kind in _DEFINED}
    shown = {name: of_message(data, name).json_format for name in own["messages"]}
    shown |= {name: of_enum(data, name).json_format for name in own["enums"]}
    return {"package": data["package"], "syntax": data["syntax"], "json": shown}


_DEFINED = ("messages", "enums")


def _element(
    document: Document, kind: str, key: str, label: str, at: str, facts: Mapping[str, Json]
) -> Element:
    return Element(
        kind, key, label, document, at, direction=Direction.DATA, facts=facts, names=(key,)
    )


def _fields(document: Document, data: dict[str, Json], owner: Element) -> Iterator[Element]:
    listed: dict[str, Json] = owner.facts["fields"]
    together: dict[str, list[str]] = {}
    for number, field in listed.items():
        if "oneof" in field:
            together.setdefault(field["oneof"], []).append(number)
    for number, field in listed.items():
        features = of_field(owner.facts, owner.facts["features"], field)
        at = pointer.join(owner.pointer, "fields", number)
        facts = {
            **_field_facts(data, owner.key, field, features),
            "alternatives": tuple(together.get(field.get("oneof"), ())),
            "reserved": owner.facts["reserved"],
            "reserved_names": owner.facts["reserved_names"],
        }
        label = f"{owner.label} field {field['name']} = {number}"
        element = _element(document, "proto-field", number, label, at, facts)
        element.context = (facts["type"], facts["group"], facts["alternatives"], features)
        yield element


def _field_facts(
    data: dict[str, Json], scope: str, field: Mapping[str, Json], features: Features
) -> dict[str, Json]:
    """What the rules about fields look at; ``presence`` is None where there may be several."""
    resolved = resolve(data, scope, field["type"])
    many = field.get("label") == "repeated" or map_of(resolved) is not None
    group = encoding(data, resolved, grouped=is_grouped(features))
    implicit = features.field_presence == IMPLICIT and group in {"message", "group"}
    return {
        **field,
        "type": resolved,
        "group": group,
        "many": many,
        "presence": None if many else EXPLICIT if implicit else features.field_presence,
        "features": features,
        "json_name": field.get("json_name") or json_name(field["name"]),
        "value": default_of(data, resolved, field),
        "file": data,
    }


def _extensions(document: Document, data: dict[str, Json], owner: Element) -> Iterator[Element]:
    for number, field in owner.facts["fields"].items():
        features = of_field({}, of_message(data, field["scope"]), field)
        at = pointer.join("/extensions", field["at"], "fields", number)
        facts = _field_facts(data, field["scope"], field, features)
        facts |= {"name": field["full"], "json_name": f"[{field['full']}]", "alternatives": ()}
        label = f"extension {field['full']} = {number} of {owner.key}"
        element = _element(document, "proto-extension", number, label, at, facts)
        element.context = (facts["type"], facts["group"], facts["name"], features)
        yield element


def json_name(name: str) -> str:
    """The name of a field in JSON if it states none: lowerCamelCase (ProtoJSON)."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _values(document: Document, owner: Element) -> Iterator[Element]:
    by_number: dict[int, list[str]] = {}
    for name, number in owner.facts["values"].items():
        by_number.setdefault(number, []).append(name)
    for number, names in by_number.items():
        at = pointer.join(owner.pointer, "values", names[0])
        label = f"{owner.label} value {names[0]} = {number}"
        facts = {"names": tuple(names), "number": number, "closed": owner.facts["closed"]}
        facts["file"] = owner.facts["file"]
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
