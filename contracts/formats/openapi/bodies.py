"""Bodies: media types with their schemas, of requests and of responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.formats.contract import Element, Side
from contracts.formats.node import Node, Source
from contracts.formats.openapi.forms import Form, form_of
from contracts.formats.openapi.parameters import header_elements
from contracts.formats.openapi.schemas import schema_at
from contracts.formats.templates import ANY_ITEM, is_sequential, media_type_key
from contracts.verdict import Direction, Json


def request_body_elements(
    source: Source, item: Node, operation: Node, caller: Side, label: str
) -> Iterator[Element]:
    """The request body of an operation, if it has one."""
    if source.second:
        body = _swagger_body(source, item, operation)
    else:
        reference = operation.at("requestBody")
        body = source.follow(reference) if reference is not None else None
    consumes = _mimes(source, operation, "consumes") if source.second else ()
    listed = listed_types(source, operation, "consumes")
    if source.second and body is None:
        form = form_of(source, item, operation, consumes)
        if form is not None:
            yield _form_body(operation, form, caller, label, listed)
    if body is None or not isinstance(body.value, dict):
        return
    required = body.flag("required")
    yield Element(
        kind="request-body" if caller is Side.CONSUMER else "sent-body",
        key="",
        label=f"{label} request body",
        document=body.document,
        pointer=body.pointer,
        writer=caller,
        direction=_direction(caller),
        required=required,
        facts={"required": required, "listed": listed},
        context=(consumes,),
        grow=lambda element: _body_content(source, body, consumes, element),
    )


def _form_body(
    operation: Node,
    form: Form,
    caller: Side,
    label: str,
    listed: tuple[str, frozenset[str]] | None,
) -> Element:
    """The body that form parameters make; it stands where the operation stands."""
    body = Element(
        kind="request-body" if caller is Side.CONSUMER else "sent-body",
        key="",
        label=f"{label} request body",
        document=operation.document,
        pointer=operation.pointer,
        writer=caller,
        direction=_direction(caller),
        required=form.required,
        facts={"required": form.required, "listed": listed},
        context=(form.media_types, form.data),
    )
    body.grow = lambda element: (
        Element(
            kind="accepted-media-type" if caller is Side.CONSUMER else "sent-media-type",
            key=media_type_key(name),
            label=f"{element.label} {name}",
            document=element.document,
            pointer=element.pointer,
            writer=caller,
            direction=element.direction,
            schema=form.schema,
            facts={"media_type": name, "sequential": False, "encoding": form.encoding},
            context=(form.data,),
        )
        for name in form.media_types
    )
    return body


def _body_content(
    source: Source, body: Node, consumes: tuple[str, ...], element: Element
) -> Iterator[Element]:
    if source.second:
        yield from _swagger_content(
            source, body, consumes or ("application/json",), element.writer, element.label
        )
    else:
        yield from content_elements(source, body, element.writer, element.label)


def content_elements(source: Source, owner: Node, writer: Side, label: str) -> Iterator[Element]:
    """One element per media type of ``content``."""
    for name, entry in source.objects(owner.at("content"), "media type"):
        yield _media_type(source, entry, entry.at("schema"), name, writer, label)


def swagger_response_content(
    source: Source, operation: Node, response: Node, writer: Side, label: str
) -> Iterator[Element]:
    """The body of a Swagger 2.0 response, once per media type that the operation produces."""
    if response.at("schema") is not None:
        produces = _mimes(source, operation, "produces") or ("application/json",)
        yield from _swagger_content(source, response, produces, writer, label)


def _swagger_content(
    source: Source, owner: Node, mimes: tuple[str, ...], writer: Side, label: str
) -> Iterator[Element]:
    for name in mimes:
        yield _media_type(source, owner, owner.at("schema"), name, writer, label)


def _media_type(
    source: Source, entry: Node, schema: Node | None, name: str, writer: Side, label: str
) -> Element:
    item_schema = entry.at("itemSchema")  # OpenAPI 3.2: one item of a sequential media type
    described = schema if schema is not None else item_schema
    sequential = schema is None and item_schema is not None
    if item_schema is None and schema is not None and is_sequential(name):
        items = _items(source, schema)
        described, sequential = (items, True) if items is not None else (schema, False)
    return Element(
        kind="accepted-media-type" if writer is Side.CONSUMER else "sent-media-type",
        key=media_type_key(name),
        label=f"{label} {name}",
        document=entry.document,
        pointer=entry.pointer,
        writer=writer,
        direction=_direction(writer),
        schema=schema_at(source, described) if described is not None else None,
        facts={
            "media_type": name,
            "sequential": sequential,
            "encoding": _encoding(source, entry),
        },
        context=(media_type_key(name),),
        grow=lambda element: _below(source, entry, element),
    )


def _items(source: Source, schema: Node) -> Node | None:
    """The schema of one item, where a schema says no more than what the items are."""
    whole = source.follow(schema)
    if not isinstance(whole.value, dict) or whole.get("type") != "array":
        return None
    return whole.at("items") if whole.value.keys() <= _LIST_OF_ITEMS else None


_LIST_OF_ITEMS = {"type", "items", "title", "description", "example", "examples", "default"}


def _below(source: Source, entry: Node, element: Element) -> Iterator[Element]:
    item_schema = entry.at("itemSchema")
    if item_schema is not None and entry.at("schema") is not None:
        yield Element(
            kind="items",
            key="",
            label=f"{element.label} item",
            document=item_schema.document,
            pointer=item_schema.pointer,
            writer=element.writer,
            direction=element.direction,
            schema=schema_at(source, item_schema),
            facts={"media_type": element.facts["media_type"]},
        )
    yield from _parts(source, entry, element)


def _parts(source: Source, entry: Node, element: Element) -> Iterator[Element]:
    for name, part in _encoded(source, entry):
        label = f"{element.label} part {name}"
        for header in header_elements(source, part, element.writer, label):
            header.key = f"part {name} {header.key}"
            yield header


def _encoded(source: Source, entry: Node) -> Iterator[tuple[str, Node]]:
    """Encoding Objects by part: by name, or by position (OpenAPI 3.2.0 section 4.15)."""
    yield from source.objects(entry.at("encoding"), "encoding")
    for index, part in enumerate(source.items(entry.at("prefixEncoding"), "encoding")):
        yield f"{ANY_ITEM} {index + 1}", part
    every = entry.at("itemEncoding")
    if every is not None and isinstance(every.value, dict):
        yield ANY_ITEM, every


def _encoding(source: Source, entry: Node) -> Mapping[str, Mapping[str, Json]]:
    found: dict[str, Mapping[str, Json]] = {}
    for name, part in _encoded(source, entry):
        style = part.text("style")
        explode = part.get("explode")
        content_type = part.text("contentType")
        found[name] = {
            "contentType": (
                tuple(sorted(media_type_key(t) for t in content_type.split(",")))
                if content_type
                else None
            ),
            "style": style or "form",
            "explode": explode if isinstance(explode, bool) else (style or "form") == "form",
            "allowReserved": part.flag("allowReserved"),
        }
    return found


def _mimes(source: Source, operation: Node, name: str) -> tuple[str, ...]:
    listed = _listed(source, operation, name)
    return tuple(m for m in listed.value if isinstance(m, str)) if listed is not None else ()


def listed_types(source: Source, operation: Node, name: str) -> tuple[str, frozenset[str]] | None:
    """Where Swagger 2.0 lists the media types of an operation, and which; None if it does not."""
    listed = _listed(source, operation, name) if source.second else None
    if listed is None:
        return None
    return listed.pointer, frozenset(map(media_type_key, _mimes(source, operation, name)))


def _listed(source: Source, operation: Node, name: str) -> Node | None:
    """``consumes`` or ``produces``: the operation's own, else the whole document's."""
    for owner in (operation, source.root()):
        listed = owner.at(name)
        if listed is not None and isinstance(listed.value, list):
            return listed
    return None


def _swagger_body(source: Source, item: Node, operation: Node) -> Node | None:
    body = None
    for owner in (item, operation):
        for reference in source.items(owner.at("parameters"), "parameters"):
            node = source.follow(reference)
            if node.get("in") == "body":
                body = node
    return body


def _direction(writer: Side) -> Direction:
    return Direction.REQUEST if writer is Side.CONSUMER else Direction.RESPONSE
