"""Operations: what a client may call, and (callbacks, webhooks) what calls the client."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.formats.contract import Element, Part, Side
from contracts.formats.node import Node, Source
from contracts.formats.openapi.bodies import request_body_elements
from contracts.formats.openapi.lifetimes import stability, sunset
from contracts.formats.openapi.parameters import parameter_elements
from contracts.formats.openapi.responses import response_elements
from contracts.formats.openapi.security import UNNAMED, Known, alternatives
from contracts.formats.openapi.servers import servers_of
from contracts.formats.templates import template_key
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Direction, Json

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


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


def operations(source: Source) -> Iterator[Element]:
    """The operations of ``paths``."""
    known = Known.of(source)
    for path, item in source.objects(source.root().at("paths"), "path"):
        if not path.startswith("/"):
            source.odd("path-without-slash", f"the path {path!r} must begin with '/'", item)
        for method, node in _methods(source, item):
            label = f"{method} {path}"
            call = Call(source, item, node, method, path, Side.CONSUMER, label)
            yield _operation(call, "operation", f"{method} {template_key(path)}", known)


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
            "security": security,
            "security_pointer": security_pointer,
            "schemes": known.pointers,
        },
        names=tuple(name for name in (operation_id, call.label) if name),
        operation=call.label,
        context=_context(call),
        parts=_parts(call),
    )


def _context(call: Call) -> tuple[Json, ...]:
    """What an operation means that does not stand below it."""
    root = call.source.root()
    inherited = [call.item.get(name) for name in ("parameters", "servers")]
    kept = [call.item.get(name) for name in ("deprecated", "x-stability-level")]
    if call.source.second:
        inherited += [root.get(name) for name in ("consumes", "produces", "securityDefinitions")]
    else:
        inherited.append(root.get("components", "securitySchemes"))
    return (*inherited, *kept, root.get("security"), call.source.dialect, call.path)


def _direction(caller: Side) -> Direction:
    return Direction.REQUEST if caller is Side.CONSUMER else Direction.RESPONSE


def _parts(call: Call) -> tuple[Part, ...]:
    source, item, node = call.source, call.item, call.node
    within = (source, item, node)
    own = node if node.get("servers") is not None else item
    stated = (item.get("parameters"), node.get("parameters"))

    def part(
        made_of: tuple[Json, ...], grow: Callable[[Element], Iterator[Element]], *context: Json
    ) -> Part:
        known = item.document is node.document is source.document
        return Part(made_of if known else None, grow, context)

    body: tuple[Json, ...] = (node.get("requestBody"),)
    answers: tuple[Json, ...] = (node.get("responses"),)
    root = source.root()
    inherited = (root.get("security"), root.get("components", "securitySchemes"))
    if source.second:
        body = (*stated, node.get("consumes"), root.get("consumes"))
        answers += (node.get("produces"), root.get("produces"))
    return (
        part(
            stated,
            lambda _: parameter_elements(*within, call.path, call.caller, call.label),
            call.path,
        ),
        part(body, lambda _: request_body_elements(*within, call.caller, call.label)),
        part(answers, lambda _: response_elements(source, node, call.caller, call.label)),
        part((node.get("callbacks"),), lambda _: _callbacks(call), *inherited),
        part((own.get("servers"),), lambda _: servers_of(source, own, f"{call.label} ")),
    )


def _callbacks(call: Call) -> Iterator[Element]:
    source = call.source
    for name, callback in source.objects(call.node.at("callbacks"), "callback"):
        for expression, item in source.objects(callback, "callback"):
            for method, node in _methods(source, item):
                label = f"{call.label} callback {name} {method} {expression}"
                sub = Call(source, item, node, method, expression, call.caller.other, label)
                yield _operation(sub, "callback", f"{name} {method} {expression}", UNNAMED)
