"""Servers and base paths: where the API is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from contracts.compatibility.matching import addresses
from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.formats.contract import Element
from contracts.formats.templates import template_key
from contracts.verdict import Level

CALLED = ("contract", "operation")
"""What has servers: a whole document, and operations (or their paths) with others of their own."""


@rule(
    "base-path-changed",
    on=CALLED,
    level=Level.ERROR,
    reverse="base-path-changed",
    advice="Serve the old base path too, or redirect from it with 308.",
)
def base_path_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """No server answers under the path that callers put before every operation."""
    before, after = _bases(pair)
    if before and after and not before & after and not _all_served(*(pair.both or ())):
        old, new = (after, before) if pair.swapped else (before, after)
        where = [_base_at(element) for element in pair.both or ()]
        whose = f"{pair.label}: " if pair.any.kind == "operation" else ""
        yield Change(
            f"{whose}the base path changed from {_words(old)} to {_words(new)}",
            old_at=where[0],
            new_at=where[1],
        )


def _base_at(contract: Element) -> str:
    return next((server.facts["base_at"] for server in _servers(contract)), "")


def _servers(called: Element) -> tuple[Element, ...]:
    """The servers of a document, or of an operation: its own, else the document's."""
    own = called.of_kind("server")
    parent = called.parent if called.kind == "operation" else None
    return own or (parent.of_kind("server") if parent is not None else ())


def _bases(pair: Pair) -> tuple[set[str], set[str]]:
    if not pair.both or (pair.any.kind == "operation" and not any(pair.fact("own_servers"))):
        return set(), set()
    old, new = (_bases_of(element) for element in pair.both)
    return old, new


def _bases_of(contract: Element) -> set[str]:
    return {base for server in _servers(contract) for base in server.facts["bases"]}


def _all_served(*contracts: Element) -> bool:
    """Whether what left the base path came to the paths, or the other way round."""
    if all(called.kind == "operation" for called in contracts):
        one, other = map(addresses, contracts)
        return not one.isdisjoint(other)
    before, after = (contract.of_kind("operation") for contract in contracts)
    keys = {operation.key for operation in after}
    served = {address for operation in after for address in addresses(operation)}
    found = [
        not served.isdisjoint(addresses(operation))
        for operation in before
        if operation.key in keys or not served.isdisjoint(addresses(operation))
    ]
    return bool(found) and all(found)


def _words(bases: set[str]) -> str:
    return " or ".join(sorted(base or "/" for base in bases))


@rule(
    "server-removed",
    on=("server", "operation"),
    level=Level.WARNING,
    reverse="server-added",
    advice="Keep the server answering until no consumer calls it, or redirect from it with 308.",
)
def server_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers of this server may find nobody there."""
    if pair.any.kind == "operation":
        yield from _left_for_others(pair)
    elif pair.removed and pair.owners is not None and not _is_answered(pair):
        yield Change(f"{pair.label} was {pair.say('removed')}")


def _left_for_others(pair: Pair) -> Iterator[Change]:
    """Servers of the whole document that one operation is not found at any more, or again."""
    own = pair.fact("own_servers")
    if pair.both is None or own[0] == own[1]:
        return
    before, after = map(_servers, pair.both)
    hosts = set() if set.intersection(*_bases(pair)) else {_host(server) for server in after}
    for server in before if after else ():
        if _host(server) not in hosts and not _answers(server, after):
            url = server.facts["url"]
            at = after[0].pointer
            yield Change(
                f"{pair.label}: server {url} was {pair.say('removed')} for it",
                old_at=server.pointer,
                new_at=at,
            )


def _is_answered(pair: Pair) -> bool:
    """Whether a server that went is still there under another name, or told of elsewhere."""
    assert pair.owners is not None
    other = pair.owners[1]
    if other.kind == "operation" and not other.facts["own_servers"]:
        return True  # the operation tells
    servers = other.of_kind("server")
    if not servers and pair.any.key == "/":
        return True  # where nothing is said (OpenAPI 3.1.1 section 4.8.1)
    return _only_rebased(pair) or _answers(pair.any, servers)


def _answers(server: Element, others: Sequence[Element]) -> bool:
    """Whether all that a server stands for is among what the others stand for."""
    known = {address for other in others for address in other.facts["addresses"]}
    missing = server.facts["addresses"] - known
    if not missing:
        return True
    holes = [re.compile("[^/]*".join(map(re.escape, a.split("{}")))) for a in known if "{}" in a]
    return all("{}" not in a and any(hole.fullmatch(a) for hole in holes) for a in missing)


def _only_rebased(pair: Pair) -> bool:
    """Whether the same host still serves, under a base path of which all is said elsewhere.

    Either it serves every operation, or no base path is left and `base-path-changed` tells that.
    """
    if pair.owners is None or pair.any.parent is None or pair.any.parent.kind not in CALLED:
        return False
    if _host(pair.any) not in {_host(server) for server in pair.owners[1].of_kind("server")}:
        return False
    before, after = (_bases_of(contract) for contract in pair.owners)
    if not before & after:
        return True
    several = pair.any.facts["bases"]
    return (len(several) <= 1 or several <= after) and _all_served(*pair.owners)


def _host(server: Element) -> str:
    url, base = str(server.key).rstrip("/"), template_key(str(server.facts["base"]))
    return url.removesuffix(base)


@rule(
    "server-variable-value-removed",
    on="server",
    level=Level.WARNING,
    reverse="server-variable-value-added",
    advice="Keep serving the address that the value stood for.",
)
def server_variable_value_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """An address that callers could choose by a server variable is gone."""
    if not pair.both:
        return
    for (name, before), (_, after) in zip(*pair.fact("variables"), strict=False):
        for value in before:
            if after and value not in after:
                yield Change(f"{pair.label}: {name}={value} was {pair.say('removed')}")
