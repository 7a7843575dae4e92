"""Where an API is served: Server Objects, or host, basePath and schemes in Swagger 2.0."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from contracts.documents import pointer
from contracts.formats.contract import Element
from contracts.formats.node import Node, Source
from contracts.formats.templates import template_key, template_names


def server_elements(source: Source) -> Iterator[Element]:
    """One element per server of the whole document."""
    root = source.root()
    yield from _swagger(root) if source.second else servers_of(source, root)


def servers_of(source: Source, owner: Node, prefix: str = "") -> Iterator[Element]:
    """The Server Objects of the document, a path or an operation."""
    for server in source.items(owner.at("servers"), "servers"):
        url = server.text("url")
        if url is None:
            source.odd("server-without-url", "a server needs a url", server)
            continue
        yield Element(
            kind="server",
            key=address(template_key(url)),
            label=f"{prefix}server {url}",
            document=server.document,
            pointer=server.pointer,
            facts={
                "url": url,
                "base": base_path(url),
                "base_at": server.pointer,
                "bases": base_paths(url, server),
                "addresses": addresses(url, server),
                "variables": _variables(url, server),
            },
        )


PORTS = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}
"""Ports that need not be said (RFC 9110 sections 4.2.1 and 4.2.2)."""


def address(url: str) -> str:
    """A server's URL as everybody writes it: the host in small letters, no slash at the end."""
    scheme, between, rest = url.partition("//")
    if not between:
        return url.rstrip("/") or "/"
    host, slash, path = rest.partition("/")
    scheme, host = scheme.lower(), host.lower().removesuffix(PORTS.get(scheme[:-1].lower(), ""))
    return f"{scheme}{between}{host}{slash}{path}".rstrip("/") or "/"


def addresses(url: str, server: Node) -> frozenset[str]:
    """What a server URL stands for with the values its variables are limited to, others ``{}``."""
    found = [url]
    for name, values in _variables(url, server):
        hole = "{" + name + "}"
        found = [one.replace(hole, value) for one in found for value in values or ("{}",)]
        if len(found) > _MOST_BASES:
            return frozenset({address(template_key(url))})
    return frozenset(map(address, found))


def base_path(url: str) -> str:
    """The path part of a server URL, without a slash at its end.

    ``example.org/v1`` is a host and a path to whoever writes it, if not to RFC 3986.
    """
    if "//" not in url and "." in url.partition("/")[0].strip("."):
        url = f"//{url}"
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def base_paths(url: str, server: Node) -> frozenset[str]:
    """The path parts that a server URL stands for, with the values its variables may have.

    A variable without an `enum` may have any; it stands for its default and for itself (``{}``).
    """
    variables = server.get("variables")
    stated = variables if isinstance(variables, dict) else {}
    found = {base_path(url)}
    for name in template_names(base_path(url)):
        variable = stated.get(name)
        known = variable if isinstance(variable, dict) else {}
        values = known.get("enum")
        if not isinstance(values, list) or not values:
            values = ["{}", *([known["default"]] if "default" in known else [])]
        hole = "{" + name + "}"
        found = {base.replace(hole, str(value)) for base in found for value in values}
        if len(found) > _MOST_BASES:
            return frozenset({template_key(base_path(url))})
    return frozenset(base.rstrip("/") for base in found)


_MOST_BASES = 200


def _variables(url: str, server: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The variables of a URL from left to right, each with the values it is limited to."""
    variables = server.get("variables")
    found = []
    for name in template_names(url):
        variable = variables.get(name) if isinstance(variables, dict) else None
        values = variable.get("enum") if isinstance(variable, dict) else None
        found.append((name, tuple(map(str, values)) if isinstance(values, list) else ()))
    return tuple(found)


def _swagger(root: Node) -> Iterator[Element]:
    host = root.text("host")
    base = (root.text("basePath") or "").rstrip("/")
    if host is None and not base:
        return
    schemes = root.get("schemes")
    names = [s for s in schemes if isinstance(s, str)] if isinstance(schemes, list) else []
    for scheme in names or [""]:
        url = f"{scheme}:" if scheme and host else ""
        url += f"//{host}" if host else ""
        yield Element(
            kind="server",
            key=address(url + base),
            label=f"server {url + base}",
            document=root.document,
            pointer=pointer.join("", "host" if host else "basePath"),
            facts={
                "url": url + base,
                "base": base,
                "base_at": pointer.join("", "basePath" if base or host is None else "host"),
                "bases": {base},
                "addresses": frozenset({address(url + base)}),
                "variables": (),
            },
        )
