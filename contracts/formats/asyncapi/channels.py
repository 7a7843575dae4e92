"""Channels: addresses with their parameters, and the operations on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from contracts.formats.asyncapi.bindings import Stated, binding_exchanges, bindings_of
from contracts.formats.asyncapi.messages import Message, messages_second
from contracts.formats.asyncapi.model import Model, announced_end, last_token
from contracts.formats.asyncapi.operations import Operation, operation_elements
from contracts.formats.asyncapi.parameters import parameter_elements
from contracts.formats.asyncapi.servers import (
    UNKNOWN_SERVER,
    alternatives_second,
    alternatives_third,
    servers_of,
)
from contracts.formats.contract import Element, Side
from contracts.formats.definitions import DIRECTION_UNDECLARED
from contracts.formats.node import Node
from contracts.formats.templates import template_key, template_names
from contracts.lean_dataclasses import dataclass, field, replace

RECEIVES, SENDS = "receive", "send"
"""Without any operation every channel may be written by either side; both are judged."""
JOINED = frozenset({"ws", "wss", "http", "https", "sse", "mercure"})
"""Protocols whose clients ask for the server's path and the channel's address as one URL."""


@dataclass(slots=True)
class Channel:
    """One channel: its name in the document, where it stands, and what happens on it."""

    name: str
    node: Node
    address: str | None
    servers: Mapping[str, tuple[str, str]]
    """Where it is served; empty where the document names no server."""
    operations: list[Operation] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """What consumers may call it."""
        return tuple(name for name in (self.name, self.address) if name)

    @property
    def label(self) -> str:
        """What a user calls it."""
        return self.address or self.name


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """Names of everything that happens on a channel, found when somebody asks for them."""

    channel: Channel

    def __iter__(self) -> Iterator[str]:
        for operation in self.channel.operations:
            yield operation.key
            for message in operation.messages:
                yield from message.names


def channels(model: Model) -> Iterator[Element]:
    """One element per channel, its operations below it."""
    together = _by_address(_second(model) if model.second else _third(model))
    addresses = frozenset(key for key, _ in together)
    for key, several in together:
        channel = several[0]
        operations = [operation for one in several for operation in one.operations]
        whole = replace(channel, operations=operations)
        bindings: dict[str, Stated] = {}
        for one in reversed(several):
            bindings |= bindings_of(model, one.node)
        address = channel.address
        names = [name for one in several for name in one.names]
        places = [one.node for one in several[1:]] + [operation.node for operation in operations]
        yield Element(
            kind="channel",
            key=key,
            label=f"channel {channel.label}",
            document=channel.node.document,
            pointer=channel.node.pointer,
            facts={
                "name": channel.name,
                "address": address,
                "parameters": template_names(address) if address else (),
                "servers": channel.servers,
                "urls": _urls(channel),
                "bindings": bindings,
                "partition_key": channel.node.get("x-partition-key"),
                "inside": Inside(whole),
                **announced_end(channel.node),
            },
            names=tuple(dict.fromkeys(names)),
            context=(
                model.default_content_type,
                [one.name for one in several],
                [(operation.action, operation.key) for operation in operations],
                channel.servers,
            ),
            depends=tuple((node.document, node.pointer) for node in places),
            grow=partial(_children, model, whole, addresses),
        )


def _urls(channel: Channel) -> frozenset[str]:
    """Where the channel is found as a whole, where server and address make one URL."""
    return frozenset(
        f"{host.rstrip('/')}/{template_key(channel.address).lstrip('/')}".rstrip("/")
        for protocol, host in channel.servers.values()
        if protocol in JOINED and channel.address
    )


def _by_address(found: list[Channel]) -> list[tuple[str, list[Channel]]]:
    """What is one channel on the wire, whatever the document calls its parts.

    Channels of one address are told apart by the servers on which they are.
    """
    keyed: dict[str, list[list[Channel]]] = {}
    for channel in found:
        key = template_key(channel.address) if channel.address else f"#{channel.name}"
        groups = keyed.setdefault(key, [])
        group = next((g for g in groups if _share_a_server(g[0], channel)), None)
        if group is None:
            groups.append([channel])
        else:
            group.append(channel)
    return [
        (key if not index else f"{key}#{group[0].name}", group)
        for key, groups in keyed.items()
        for index, group in enumerate(groups)
    ]


def _share_a_server(one: Channel, other: Channel) -> bool:
    known = set(one.servers.values())
    return not known or not other.servers or not known.isdisjoint(other.servers.values())


def _children(
    model: Model, channel: Channel, addresses: frozenset[str], element: Element
) -> Iterator[Element]:
    yield from parameter_elements(model, channel.node, element)
    yield from binding_exchanges(model, channel.node, Side.CONSUMER, element.label, element.names)
    yield from operation_elements(
        model, channel.label, channel.operations, element.names, addresses
    )


def _third(model: Model) -> list[Channel]:
    """3.x: channels first, operations point to them."""
    found: dict[tuple[int, str], Channel] = {}
    everywhere = servers_of(model, model.members(model.root().at("servers"), "servers"))
    for name, node in model.objects(model.root().at("channels"), "channel"):
        address = node.get("address")
        listed = tuple(
            (last_token(server.get("$ref")) or str(index), server)
            for index, server in enumerate(model.items(node.at("servers"), "servers"))
        )
        servers = servers_of(model, listed) or everywhere
        at = model.spot(node)
        found[at] = Channel(name, node, address if isinstance(address, str) else None, servers)
    for key, node in model.objects(model.root().at("operations"), "operation"):
        reference = node.at("channel")
        owner = found.get(model.spot(model.follow(reference))) if reference else None
        if owner is None:
            model.odd("operation-without-channel", f"operation {key!r} names no channel", node)
            continue
        owner.operations.append(_operation(model, key, node, owner))
    declared = any(channel.operations for channel in found.values())
    if found and not declared and not model.assumptions:
        model.assumptions.append(DIRECTION_UNDECLARED)
    for channel in found.values():
        if not declared and channel.node.get("messages"):
            messages = partial(_all_messages, model, channel)
            channel.operations = [
                Operation(action, channel.name, channel.node, messages, channel.names, assumed=True)
                for action in (SENDS, RECEIVES)
            ]
    return list(found.values())


def _operation(model: Model, key: str, node: Node, channel: Channel) -> Operation:
    action = node.text("action")
    if action not in (SENDS, RECEIVES):
        model.odd("unknown-action", f"operation {key!r} must `send` or `receive`", node)
        action = SENDS
    listed = node.at("messages")
    messages = (
        partial(_listed, model, listed)
        if listed is not None
        else partial(_all_messages, model, channel)
    )
    operation = Operation(action, key, node, messages, channel.names)
    operation.security = alternatives_third(model, node)
    reply = node.at("reply")
    if reply is not None:
        operation.reply = model.follow(reply)
        target = operation.reply.at("channel")
        reply_channel = model.follow(target) if target is not None else None
        own = operation.reply.at("messages")
        if own is not None:
            operation.reply_messages = _listed(model, own)
        elif reply_channel is not None:
            operation.reply_messages = _all_messages(model, Channel("", reply_channel, None, {}))
        address = reply_channel.get("address") if reply_channel is not None else None
        operation.reply_address = address if isinstance(address, str) else None
        operation.reply_channel = last_token(target.get("$ref")) if target is not None else None
    return operation


def _all_messages(model: Model, channel: Channel) -> list[Message]:
    return [
        Message(name, node) for name, node in model.objects(channel.node.at("messages"), "message")
    ]


def _listed(model: Model, listed: Node) -> list[Message]:
    found = []
    for index, reference in enumerate(model.items(listed, "messages")):
        node = model.follow(reference)
        if isinstance(node.value, dict):
            found.append(Message(last_token(reference.get("$ref")) or str(index), node))
    return found


def _second(model: Model) -> list[Channel]:
    """2.x: the address is the channel's name; ``subscribe`` is what the application sends."""
    found = []
    known = dict(model.members(model.root().at("servers"), "servers"))
    everywhere = servers_of(model, known.items())
    for address, node in model.objects(model.root().at("channels"), "channel"):
        named = [server.value for server in model.items(node.at("servers"), "servers")]
        listed = {name: UNKNOWN_SERVER for name in named if isinstance(name, str)}
        servers = {name: everywhere.get(name, at) for name, at in listed.items()} or everywhere
        channel = Channel(address, node, address, servers)
        for verb, action in (("subscribe", SENDS), ("publish", RECEIVES)):
            operation = node.at(verb)
            if operation is None or not isinstance(operation.value, dict):
                continue
            key = operation.text("operationId") or f"{verb} {address}"
            messages = partial(messages_second, model, operation)
            channel.operations.append(
                Operation(
                    action,
                    key,
                    operation,
                    messages,
                    channel.names,
                    security=alternatives_second(model, operation),
                )
            )
        found.append(channel)
    return found
