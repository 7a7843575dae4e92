"""Operations: what a client may call, and (callbacks, webhooks) what calls the client."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.documents import pointer
from contracts.formats.contract import Element, Part, Side
from contracts.formats.node import Node, Source
from contracts.formats.openapi.bodies import request_body_elements
from contracts.formats.openapi.lifetimes import stability, sunset
from contracts.formats.openapi.parameters import parameter_elements
from contracts.formats.openapi.payloads import METHODS, Bodies, PathItem
from contracts.formats.openapi.responses import response_elements
from contracts.formats.openapi.security import UNNAMED, Known, alternatives
from contracts.formats.openapi.servers import servers_of
from contracts.formats.templates import template_key
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Direction, Json


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one path item, ready to be unfolded."""

    source: Source
    item: Node
    node: Node
    method: str
    path: str
    caller: Side
    label: str


def operation_parts(source: Source) -> Iterator[Part]:
    """The operations of ``paths``, path by path."""
    known = Known.of(source)
    stated = source.root().get("paths")
    inherited = _inherited(source)
    twice = _told_twice(stated)
    for path, item in source.objects(source.root().at("paths"), "path"):
        if not path.startswith("/"):
            source.odd("path-without-slash", f"the path {path!r} must begin with '/'", item)
        raw = stated.get(path) if isinstance(stated, dict) else None
        plain = isinstance(raw, dict) and all(isinstance(raw.get(m, {}), dict) for m in METHODS)
        yield Part(
            path,
            partial(_operations, source, path, item, known),
            (raw, *inherited) if plain else None,
            (source.dialect,),
            kind="operation",
            stated=PathItem(source, path, raw, inherited) if plain and path not in twice else None,
        )


def _told_twice(paths: Json) -> set[str]:
    """Paths that differ in the names of their parameters only: they share elements."""
    named: dict[str, list[str]] = {}
    for path in paths if isinstance(paths, dict) else ():
        named.setdefault(template_key(path), []).append(path)
    return {path for several in named.values() if len(several) > 1 for path in several}


def _operations(
    source: Source, path: str, item: Node, known: Known, _owner: Element
) -> Iterator[Element]:
    for method, node in _methods(source, item):
        label = f"{method} {path}"
        call = Call(source, item, node, method, path, Side.CONSUMER, label)
        yield _operation(call, "operation", f"{method} {template_key(path)}", known)


def _inherited(source: Source) -> tuple[Json, ...]:
    """What the whole document says about each of its operations."""
    root = source.root()
    if source.second:
        schemes = [root.get(name) for name in ("consumes", "produces", "securityDefinitions")]
    else:
        schemes = [root.get("components", "securitySchemes")]
    return (*schemes, root.get("security"))


def notifications(source: Source) -> Iterator[Element]:
    """The operations of ``webhooks``: the provider calls, the consumer answers."""
    known = Known.of(source)
    for name, item in source.objects(source.root().at("webhooks"), "webhook"):
        for method, node in _methods(source, item):
            label = f"webhook {name} {method}"
            call = Call(source, item, node, method, name, Side.PROVIDER, label)
            yield _operation(call, "webhook", f"{name} {method}", known)


def _methods(source: Source, item: Node) -> Iterator[tuple[str, Node]]:
    for method in METHODS:
        reference = item.at(method)
        node = source.follow(reference) if reference is not None else None
        if node is not None and isinstance(node.value, dict):
            yield method.upper(), node
        elif node is not None:
            source.odd("wrong-type", f"the operation {method} must be an object", node)
    yield from source.objects(item.at("additionalOperations"), "operation")


def _operation(call: Call, kind: str, key: str, known: Known) -> Element:
    node = call.node
    operation_id = node.text("operationId")
    security, security_pointer = alternatives(call.source, node, known.identities)
    shared = call.item.at("parameters")
    return Element(
        kind=kind,
        key=key,
        label=call.label,
        document=node.document,
        pointer=node.pointer,
        writer=call.caller,
        direction=_direction(call.caller),
        facts={
            "method": call.method,
            "path": call.path,
            "operationId": operation_id,
            "deprecated": node.flag("deprecated") or call.item.flag("deprecated"),
            "sunset": sunset(call.source, node),
            "stability": stability(call.source, node, call.item),
            "own_servers": bool(node.get("servers") or call.item.get("servers")),
            "security": security,
            "security_pointer": security_pointer,
            "schemes": known.pointers,
        },
        names=tuple(name for name in (operation_id, call.label) if name),
        operation=call.label,
        depends=((shared.document, shared.pointer),) if shared is not None else (),
        context=_context(call),
        unfold=lambda: _parts(call, direct=kind == "operation"),
    )


def _context(call: Call) -> tuple[Json, ...]:
    """What an operation means that does not stand below it, its path's parameters apart."""
    own = ("servers", "deprecated", "x-stability-level")
    said = [call.item.get(name) for name in own]
    return (*said, *_inherited(call.source), call.source.dialect, call.path)


def _direction(caller: Side) -> Direction:
    return Direction.REQUEST if caller is Side.CONSUMER else Direction.RESPONSE


def _parts(call: Call, *, direct: bool) -> tuple[Part, ...]:
    """``direct``: whether it is an operation of the API, and no callback or webhook."""
    source, item, node = call.source, call.item, call.node
    own = node if node.get("servers") is not None else item
    stated = (item.get("parameters"), node.get("parameters"))
    body: tuple[Json, ...] = (node.get("requestBody"),)
    answers: tuple[Json, ...] = (node.get("responses"),)
    root = source.root()
    if source.second:
        body = (*stated, node.get("consumes"), root.get("consumes"))
        answers += (node.get("produces"), root.get("produces"))
    within, called = (source, item, node), (call.caller, call.label)
    callbacks = (node.get("callbacks"), *_inherited(source))
    parts = (
        Part("parameters", lambda _: parameter_elements(*within, call.path, *called), stated),
        Part("body", lambda _: request_body_elements(*within, *called), body),
        Part("responses", lambda _: response_elements(source, node, *called), answers),
        Part("callbacks", lambda _: _callbacks(call), callbacks),
        Part("servers", lambda _: servers_of(source, own, f"{call.label} "), (own.get("servers"),)),
    )
    known = item.document is node.document is source.document
    for part in parts:
        part.context = (call.path,)
        part.made_of = part.made_of if known else None
    if direct and known and node.pointer == pointer.join("/paths", call.path, call.method.lower()):
        medias = (root.get("consumes"), root.get("produces")) if source.second else ()
        for part in parts[1:3]:
            about = (source, call.path, node.value, call.method.lower(), item.value, medias)
            part.stated = Bodies(*about, answers=part.name == "responses")
    return parts


def _callbacks(call: Call) -> Iterator[Element]:
    source = call.source
    for name, callback in source.objects(call.node.at("callbacks"), "callback"):
        for expression, item in source.objects(callback, "callback"):
            for method, node in _methods(source, item):
                label = f"{call.label} callback {name} {method} {expression}"
                sub = Call(source, item, node, method, expression, call.caller.other, label)
                yield _operation(sub, "callback", f"{name} {method} {expression}", UNNAMED)
