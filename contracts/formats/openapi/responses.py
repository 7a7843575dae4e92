"""Responses by status code, with their headers, bodies and links."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.formats.contract import Element, Side
from contracts.formats.node import Node, Source
from contracts.formats.openapi.bodies import (
    content_elements,
    listed_types,
    swagger_response_content,
)
from contracts.formats.openapi.parameters import header_elements
from contracts.formats.templates import is_success, status_key, without_content
from contracts.verdict import Direction


def response_elements(
    source: Source, operation: Node, caller: Side, label: str
) -> Iterator[Element]:
    """The declared responses of an operation; whoever does not call answers."""
    writer = caller.other
    listed = listed_types(source, operation, "produces")
    for status, response in source.objects(operation.at("responses"), "response"):
        yield Element(
            kind="response" if writer is Side.PROVIDER else "awaited-response",
            key=status_key(status),
            label=f"{label} response {status}",
            document=response.document,
            pointer=response.pointer,
            writer=writer,
            direction=Direction.RESPONSE if writer is Side.PROVIDER else Direction.REQUEST,
            facts={
                "status": status_key(status),
                "success": is_success(status_key(status)),
                "listed": listed,
            },
            context=(listed[1] if listed is not None else None,),
            grow=_grower(source, operation, response),
        )


def _grower(
    source: Source, operation: Node, response: Node
) -> Callable[[Element], Iterator[Element]]:
    def grow(element: Element) -> Iterator[Element]:
        yield from header_elements(source, response, element.writer, element.label)
        yield from _links(source, response, element)
        if without_content(element.key):
            return
        if source.second:
            yield from swagger_response_content(
                source, operation, response, element.writer, element.label
            )
        else:
            yield from content_elements(source, response, element.writer, element.label)

    return grow


def _links(source: Source, response: Node, element: Element) -> Iterator[Element]:
    for name, link in source.objects(response.at("links"), "link"):
        yield Element(
            kind="link",
            key=name,
            label=f"{element.label} link {name}",
            document=link.document,
            pointer=link.pointer,
            writer=element.writer,
            direction=element.direction,
            facts={
                "target": link.text("operationId") or link.text("operationRef"),
                "parameters": link.get("parameters"),
                "body": link.get("requestBody"),
                "server": link.get("server", "url"),
            },
        )
