"""Servers (brokers) and who may connect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from contracts.formats.asyncapi.bindings import bindings_of
from contracts.formats.asyncapi.model import Model, last_token
from contracts.formats.contract import Element
from contracts.formats.node import Node
from contracts.formats.templates import template_key, template_names
from contracts.verdict import Json

Alternatives = tuple[tuple[Any, ...], str]
"""What lets a client in, and the pointer where that is said."""

Variable = tuple[str, tuple[str, ...] | None, Json]
"""A variable's name, the values it may have (None: any), and its default."""

UNKNOWN_SERVER = ("", "")
"""Protocol and address of a server that a channel names and the document does not."""


def server_elements(model: Model) -> Iterator[Element]:
    """One element per server."""
    for name, node in model.objects(model.root().at("servers"), "server"):
        protocol, host = identity_of_server(model, node)
        alternatives = (
            alternatives_second(model, node) if model.second else alternatives_third(model, node)
        )
        security, security_pointer = alternatives or (({},), node.pointer)
        yield Element(
            kind="broker",
            key=name,
            label=f"server {name}",
            document=node.document,
            pointer=node.pointer,
            facts={
                "host": host,
                "address": template_key(host),
                "protocol": protocol,
                "protocolVersion": node.get("protocolVersion"),
                "variables": _variables(model, node, template_names(host)),
                "bindings": bindings_of(model, node),
                "security": security,
                "security_pointer": security_pointer,
            },
            names=(name,),
            context=(security,),
        )


def identity_of_server(model: Model, node: Node) -> tuple[str, str]:
    """Protocol and address of a server: what makes it the same one under another name."""
    host = node.text("url") if model.second else _host(node)
    return (node.text("protocol") or "").lower(), _without_scheme(host).rstrip("/")


def servers_of(model: Model, listed: Iterable[tuple[str, Node]]) -> dict[str, tuple[str, str]]:
    """Names of servers → what makes them the same ones in another version."""
    found = {}
    for name, node in listed:
        protocol, host = identity_of_server(model, model.follow(node))
        found[name] = protocol, template_key(host)
    return found


def _host(node: Node) -> str:
    return (node.text("host") or "") + (node.text("pathname") or "")


def _without_scheme(host: str | None) -> str:
    text = host or ""
    return text.partition("://")[2] if "://" in text else text


def _variables(model: Model, node: Node, names: Iterable[str]) -> tuple[Variable, ...]:
    """The variables of an address, from left to right."""
    described = dict(model.objects(node.at("variables"), "server variable"))
    found = []
    for name in names:
        variable = described.get(name)
        allowed = variable.get("enum") if variable is not None else None
        values = tuple(map(str, allowed)) if isinstance(allowed, list) else None
        found.append((name, values, variable.get("default") if variable is not None else None))
    return tuple(found)


def scheme_elements(model: Model) -> Iterator[Element]:
    """One element per named security scheme, for what clients can ask tokens for."""
    for name, node in model.objects(model.component("securitySchemes"), "security scheme"):
        yield Element(
            kind="security-scheme",
            key=f"{identity(node)} {name}",
            label=f"security scheme {name}",
            document=node.document,
            pointer=node.pointer,
            facts={"type": node.text("type"), "scopes": _scopes(node)},
        )


def identity(scheme: Node) -> str:
    """What makes it the same scheme in another version, whatever its name."""
    kind = scheme.text("type") or "?"
    if kind == "http":
        return f"http {(scheme.text('scheme') or '?').lower()}"
    if kind in {"apiKey", "httpApiKey"}:
        return f"{kind} {scheme.text('in') or '?'} {scheme.text('name') or ''}".rstrip()
    return kind


def _scopes(scheme: Node) -> dict[str, frozenset[str]]:
    """Flow → scopes; ``scopes`` in 2.x is ``availableScopes`` in 3.x."""
    flows = scheme.get("flows")
    if not isinstance(flows, dict):
        return {}
    return {
        name: _texts(flow.get("availableScopes") or flow.get("scopes"))
        for name, flow in flows.items()
        if isinstance(flow, dict)
    }


def _texts(listed: Json) -> frozenset[str]:
    """The strings among a list or the names of an object."""
    if not isinstance(listed, (list, dict)):
        return frozenset()
    return frozenset(text for text in listed if isinstance(text, str))


def alternatives_third(model: Model, owner: Node) -> Alternatives | None:
    """3.x: a list of schemes of which one is enough (3.0.0, ``security``)."""
    node = owner.at("security")
    if node is None:
        return None
    found = []
    for reference in model.items(node, "security"):
        scheme = model.follow(reference)
        name = last_token(reference.get("$ref")) or identity(scheme)
        found.append({identity(scheme): (name, _texts(scheme.get("scopes")))})
    return (tuple(found) or ({},), node.pointer)


def alternatives_second(model: Model, owner: Node) -> Alternatives | None:
    """2.x: a list of requirements by name of which one is enough."""
    node = owner.at("security")
    if node is None:
        return None
    known = dict(model.objects(model.component("securitySchemes"), "security scheme"))
    found = [
        {
            identity(known[name]) if name in known else name: (name, _texts(scopes))
            for name, scopes in requirement.value.items()
        }
        for requirement in model.items(node, "security")
        if isinstance(requirement.value, dict)
    ]
    return (tuple(found) or ({},), node.pointer)
