"""Parameters of requests and headers of responses: named values outside the body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.formats.contract import Element, Side
from contracts.formats.node import Node, Source
from contracts.formats.openapi.lifetimes import sunset
from contracts.formats.openapi.schemas import schema_at
from contracts.formats.templates import template_names
from contracts.schema import SchemaAt
from contracts.verdict import Direction, Json

STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
"""Default serialisation per location (OpenAPI 3.1.1 section 4.8.12)."""

WHOLE_QUERY = "querystring"
"""A parameter that is the whole query (OpenAPI 3.2.0 section 4.12)."""

RESERVED_HEADERS = {"accept", "content-type", "authorization"}
"""Header parameters of these names are ignored (OpenAPI 3.1.1 section 4.8.12.1)."""

COLLECTIONS = {
    "csv": "simple",
    "ssv": "spaceDelimited",
    "pipes": "pipeDelimited",
    "tsv": "tabDelimited",
    "multi": "form",
}
"""Swagger 2.0 collectionFormat in the words of OpenAPI 3."""


def parameter_elements(
    source: Source, item: Node, operation: Node, path: str, caller: Side, label: str
) -> Iterator[Element]:
    """The parameters of an operation, those of its path included unless overridden."""
    found: dict[tuple[str, str], Node] = {}
    for owner in (item, operation):
        for reference in source.items(owner.at("parameters"), "parameters"):
            node = source.follow(reference)
            name, where = node.text("name"), node.text("in")
            if name is None or where is None:
                source.odd("parameter-without-name", "a parameter needs `name` and `in`", node)
                continue
            found[where, name.lower() if where == "header" else name] = node
    names = template_names(path)
    for (where, name), node in found.items():
        if where in {"body", "formData"} or (where == "header" and name in RESERVED_HEADERS):
            continue
        key = f"{where} {name}"
        if where == "path" and name in names:
            key = f"path {names.index(name)}"
        if where == WHOLE_QUERY:
            key = where  # its name is not sent
        yield _element(source, node, where, key, caller, label)


def header_elements(
    source: Source, owner: Node, writer: Side, label: str, what: str = "headers"
) -> Iterator[Element]:
    """The headers of a response or of a part of a body."""
    for name, node in source.objects(owner.at(what), "header"):
        if name.lower() != "content-type":
            yield _named(source, node, "header", name, name.lower(), writer, f"{label} header")


def _element(source: Source, node: Node, where: str, key: str, caller: Side, label: str) -> Element:
    name = node.text("name") or ""
    return _named(source, node, where, name, key, caller, f"{label} {where} parameter")


def _named(
    source: Source, node: Node, where: str, name: str, key: str, writer: Side, label: str
) -> Element:
    schema, facts = _meaning(source, node, where, name)
    return Element(
        kind="parameter" if writer is Side.CONSUMER else "sent-header",
        key=key,
        label=f"{label} {name}",
        document=node.document,
        pointer=node.pointer,
        writer=writer,
        direction=Direction.REQUEST if writer is Side.CONSUMER else Direction.RESPONSE,
        schema=schema,
        required=bool(facts["required"]),
        facts=facts,
    )


def _meaning(
    source: Source, node: Node, where: str, name: str
) -> tuple[SchemaAt | None, Mapping[str, Json]]:
    """Schema and facts of a parameter, read once however many operations refer to it."""
    asked = (id(node.document), node.pointer, where, name)
    known = source.parameters.get(asked)
    if known is None:
        schema, media_type = _schema_node(source, node)
        required = node.flag("required") or where == "path"
        facts = {
            "name": name,
            "in": where,
            "required": required,
            "deprecated": node.flag("deprecated"),
            "sunset": sunset(source, node),
            "media_type": media_type,
            "has_default": _has_default(source, schema),
            "empty": where == "query" and node.flag("allowEmptyValue"),
            **_serialisation(source, node, where),
        }
        known = (schema_at(source, schema) if schema is not None else None, facts)
        if not node.pointer.startswith("/paths/"):
            source.parameters[asked] = known
    return known


def _schema_node(source: Source, node: Node) -> tuple[Node | None, str | None]:
    if source.second:
        return node, None
    content = node.at("content")
    for media_type, entry in source.objects(content, "content"):
        return entry.at("schema"), media_type
    return node.at("schema"), None


def _serialisation(source: Source, node: Node, where: str) -> dict[str, Json]:
    if source.second:
        collection = node.text("collectionFormat") or "csv"
        style = COLLECTIONS.get(collection, collection)
        if style == "simple" and where == "query":
            style = "form"
        return {"style": style, "explode": collection == "multi", "allowReserved": False}
    style = node.text("style") or STYLES.get(where, "simple")
    explode = node.get("explode")
    return {
        "style": style,
        "explode": explode if isinstance(explode, bool) else style in {"form", "cookie"},
        "allowReserved": node.flag("allowReserved"),
    }


def form_style(node: Node) -> dict[str, Json]:
    """How a list in a form of Swagger 2.0 is written, in the words of an Encoding Object."""
    collection = node.text("collectionFormat") or "csv"
    style = COLLECTIONS.get(collection, collection)
    return {
        "contentType": None,
        "style": "form" if style == "simple" else style,
        "explode": collection == "multi",
        "allowReserved": False,
    }


def _has_default(source: Source, schema: Node | None) -> bool:
    if schema is None:
        return False
    value = source.follow(schema).value
    return isinstance(value, dict) and "default" in value
