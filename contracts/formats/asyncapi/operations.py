"""What the application sends and receives on a channel, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any

from contracts.formats.asyncapi.bindings import binding_exchanges, bindings_of
from contracts.formats.asyncapi.messages import Message, message_elements
from contracts.formats.asyncapi.model import Model, announced_end
from contracts.formats.contract import Element, Side
from contracts.formats.node import Node
from contracts.lean_dataclasses import dataclass, field, replace
from contracts.verdict import Direction


@dataclass()
class Operation:
    """One operation of the document on one channel; its messages are read when asked for."""

    action: str
    key: str
    node: Node
    read: Callable[[], list[Message]]
    channel: tuple[str, ...] = ()
    """Name and address of its channel."""
    assumed: bool = False
    """The document declares no operation; this is one of the two it may mean."""
    security: tuple[tuple[Any, ...], str] | None = None
    reply: Node | None = None
    reply_messages: list[Message] = field(default_factory=list)
    reply_address: str | None = None
    reply_channel: str | None = None

    @cached_property
    def messages(self) -> list[Message]:
        """Its messages, in the document's order."""
        return self.read()

    @property
    def writer(self) -> Side:
        """Who writes its messages."""
        return Side.PROVIDER if self.action == "send" else Side.CONSUMER


def operation_elements(
    model: Model,
    channel: str,
    operations: list[Operation],
    names: tuple[str, ...],
    addresses: frozenset[str],
) -> Iterator[Element]:
    """One element per direction: several operations one way are one stream of messages."""
    for action in ("send", "receive"):
        alike = [operation for operation in operations if operation.action == action]
        if not alike:
            continue
        first = alike[0]
        label = f"{action} {channel}"
        yield Element(
            kind=action,
            key="",
            label=label,
            document=first.node.document,
            pointer=first.node.pointer,
            writer=first.writer,
            direction=Direction.EVENT,
            facts={
                "assumed": first.assumed,
                "inside": tuple(n for op in alike for m in op.messages for n in m.names),
                "operations": tuple(operation.key for operation in alike),
                **announced_end(first.node),
            },
            names=(*names, *(operation.key for operation in alike)),
            operation=label,
            context=(
                model.default_content_type,
                [(operation.key, operation.security) for operation in alike],
            ),
            depends=tuple((one.node.document, one.node.pointer) for one in alike[1:]),
            grow=partial(_children, model, alike, addresses),
        )


def _children(
    model: Model, alike: list[Operation], addresses: frozenset[str], element: Element
) -> Iterator[Element]:
    together: dict[tuple[str, str], Message] = {}
    for operation in alike:
        for message in operation.messages:
            place = (message.key, message.node.pointer)
            known = together.get(place, message)
            around = (*known.around, *operation.channel, operation.key)
            together[place] = replace(known, around=tuple(dict.fromkeys(around)))
    yield from message_elements(model, list(together.values()), element)
    for operation in alike:
        if operation.reply is not None:
            yield _reply(model, operation, element, addresses)
        if not operation.assumed:
            yield _terms(model, operation, element)


def _terms(model: Model, operation: Operation, element: Element) -> Element:
    """What one operation says about itself and not about its messages."""
    node = operation.node
    security, security_pointer = operation.security or (({},), node.pointer)
    return Element(
        kind="terms",
        key=operation.key,
        label=element.label,
        document=node.document,
        pointer=node.pointer,
        writer=element.writer,
        direction=Direction.EVENT,
        facts={
            "bindings": bindings_of(model, node),
            "security": security,
            "security_pointer": security_pointer,
        },
        names=(*operation.channel, operation.key),
        context=(security,),
        grow=lambda owner: binding_exchanges(model, node, owner.writer, owner.label, owner.names),
    )


def _reply(
    model: Model, operation: Operation, element: Element, addresses: frozenset[str]
) -> Element:
    reply = operation.reply
    assert reply is not None
    address = reply.at("address")
    location = model.follow(address).text("location") if address is not None else None
    return Element(
        kind="reply",
        key=operation.key,
        label=f"{element.label} reply",
        document=reply.document,
        pointer=reply.pointer,
        writer=element.writer.other,
        direction=Direction.EVENT,
        facts={
            "location": location,
            "address": operation.reply_address,
            "channel": operation.reply_channel,
            "addresses": addresses,
        },
        names=(*operation.channel, operation.key),
        context=(model.default_content_type,),
        grow=lambda answer: message_elements(model, operation.reply_messages, answer),
    )
