"""Servers and base paths: where the API is found."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.matching import addresses
from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.formats.contract import Element
from contracts.verdict import Level


@rule(
    "base-path-changed",
    on="contract",
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
        yield Change(
            f"the base path changed from {_words(old)} to {_words(new)}",
            old_at=where[0],
            new_at=where[1],
        )


def _base_at(contract: Element) -> str:
    return next((server.facts["base_at"] for server in contract.of_kind("server")), "")


def _bases(pair: Pair) -> tuple[set[str], set[str]]:
    if not pair.both:
        return set(), set()
    old, new = (_bases_of(element) for element in pair.both)
    return old, new


def _bases_of(contract: Element) -> set[str]:
    return {base for server in contract.of_kind("server") for base in server.facts["bases"]}


def _all_served(*contracts: Element) -> bool:
    """Whether what left the base path came to the paths, or the other way round."""
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
    on="server",
    level=Level.WARNING,
    reverse="server-added",
    advice="Keep the server answering until no consumer calls it, or redirect from it with 308.",
)
def server_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers of this server may find nobody there."""
    if pair.removed and not _only_rebased(pair):
        yield Change(f"{pair.label} was {pair.say('removed')}")


def _only_rebased(pair: Pair) -> bool:
    """Whether the same host still serves, under a base path of which all is said elsewhere.

    Either it serves every operation, or no base path is left and `base-path-changed` tells that.
    """
    if pair.owners is None or pair.any.parent is None or pair.any.parent.kind != "contract":
        return False
    if _host(pair.any) not in {_host(server) for server in pair.owners[1].of_kind("server")}:
        return False
    before, after = (_bases_of(contract) for contract in pair.owners)
    if not before & after:
        return True
    several = pair.any.facts["bases"]
    return (len(several) <= 1 or several <= after) and _all_served(*pair.owners)


def _host(server: Element) -> str:
    url, base = str(server.facts["url"]).rstrip("/"), str(server.facts["base"])
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
