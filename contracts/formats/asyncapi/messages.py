"""Messages: headers, payload, key, and what tells one alternative from another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.formats.asyncapi.bindings import binding_exchanges, bindings_of
from contracts.formats.asyncapi.model import Model, announced_end, last_token, unfollowed
from contracts.formats.asyncapi.protobuf import proto_elements
from contracts.formats.asyncapi.schemas import (
    PAYLOADS,
    Payload,
    described,
    payload_of,
    schema_facts,
)
from contracts.formats.contract import Element
from contracts.formats.node import Node
from contracts.formats.templates import media_type_key
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Direction, Json


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an operation: the name it has there and where it is described."""

    key: str
    node: Node
    around: tuple[str, ...] = ()
    """Names of the channels and operations in which it travels; empty: those of its owner."""

    @property
    def names(self) -> tuple[str, ...]:
        """What consumers may call it."""
        name = self.node.text("name")
        return (self.key,) if name in (None, self.key) else (self.key, str(name))


def messages_second(model: Model, operation: Node) -> list[Message]:
    """The message of a 2.x operation, or each of its ``oneOf``."""
    reference = operation.at("message")
    if reference is None:
        return []
    message = model.follow(reference)
    several = message.at("oneOf")
    references = list(model.items(several, "oneOf")) if several is not None else [reference]
    found = []
    for index, one in enumerate(references):
        node = model.follow(one)
        if isinstance(node.value, dict):
            key = (
                node.text("messageId")
                or node.text("name")
                or last_token(one.get("$ref"))
                or ("message" if len(references) == 1 else f"message {index + 1}")
            )
            found.append(Message(key, node))
    return found


def message_elements(model: Model, messages: list[Message], owner: Element) -> Iterator[Element]:
    """One element per message of an operation or reply; several may have one name."""
    seen: dict[str, int] = {}
    for message in messages:
        element = _message(model, message, owner)
        count = seen[message.key] = seen.get(message.key, 0) + 1
        if count > 1:
            element.key = f"{message.key} {count}"
        yield element


DEFAULT_TYPE = "/defaultContentType"


def _message(model: Model, message: Message, owner: Element) -> Element:
    node = message.node
    payload = payload_of(model, node)
    stated = node.at("headers")
    headers = described(model, stated, None) if stated is not None else None
    stated_type = node.text("contentType")
    content_type = stated_type or model.default_content_type
    name = node.text("name")
    stated = node.at("correlationId")
    correlation = model.follow(stated) if stated is not None else None
    names = (*(message.around or owner.names), *message.names)
    parts = [schema.node for schema in (headers, payload) if schema is not None]
    constants, properties = schema_facts(model, payload, headers)
    return Element(
        kind="message",
        key=message.key,
        label=f"{owner.label} message {name or message.key}",
        document=node.document,
        pointer=node.pointer,
        writer=owner.writer,
        direction=Direction.EVENT,
        facts={
            "name": name,
            "key": message.key,
            "title": node.text("title"),
            "content_type": media_type_key(content_type) if content_type else None,
            "content_type_at": f"{node.pointer}/contentType" if stated_type else DEFAULT_TYPE,
            "correlation": correlation.text("location") if correlation is not None else None,
            "correlation_at": correlation.pointer if correlation is not None else None,
            "understood": unfollowed(node) is None,
            "unfollowed": next(
                (lost for part in (node, *parts) if (lost := unfollowed(part)) is not None), None
            ),
            "replied": owner.kind == "reply",
            "constants": constants,
            "properties": properties,
            "payload": payload is not None,
            "payload_format": payload.format if payload else None,
            "headers": headers is not None,
            "bindings": bindings_of(model, node),
            **announced_end(node),
        },
        names=names,
        context=(model.default_content_type,),
        grow=lambda element: _parts(model, element, payload, headers),
    )


def _parts(
    model: Model, element: Element, payload: Payload | None, headers: Payload | None
) -> Iterator[Element]:
    if headers is not None and not unfollowed(headers.node):
        kind = PAYLOADS.get(headers.format, "payload-other")
        yield part_element(
            element, headers, "headers", "headers" if kind == "payload" else kind, {}
        )
    if payload is not None and not unfollowed(payload.node):
        kind = PAYLOADS.get(payload.format, "payload-other")
        content = {"media_type": element.facts["content_type"] or "application/json"}
        yield part_element(element, payload, "payload", kind, content)
    node = Node(element.document, element.pointer, element.document.find(element.pointer))
    yield from binding_exchanges(model, node, element.writer, element.label, element.names)


def part_element(
    element: Element, schema: Payload, name: str, kind: str, facts: dict[str, Json]
) -> Element:
    """The headers or the payload of a message, in whatever language they are described."""
    proto = schema.proto
    named = tuple(filter(None, (schema.named, element.facts.get("name"))))
    return Element(
        kind=kind,
        key="" if name == "payload" else name,
        label=f"{element.label} {name}",
        document=schema.node.document,
        pointer=schema.node.pointer,
        writer=element.writer,
        direction=Direction.EVENT,
        schema=schema.schema,
        required=True,
        facts={
            "part": name,
            "format": schema.format,
            "schema": schema.node.value,
            "avro": schema.avro,
            "understood": schema.format == "json-schema" or bool(schema.avro or proto),
            **facts,
        },
        names=element.names,
        context=schema.context,
        grow=partial(proto_elements, proto, named) if proto is not None else None,
    )
