"""Servers of event-driven contracts: where they are and what is spoken there."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level


@rule(
    "broker-removed",
    on="broker",
    level=Level.ERROR,
    reverse="broker-added",
    advice="Keep the server until nobody is connected to it.",
)
def broker_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Whoever is connected to this server finds nobody there."""
    if pair.removed:
        yield Change(f"{pair.label} ({pair.any.facts['host']}) was {pair.say('removed')}")


@rule(
    "broker-host-changed",
    on="broker",
    level=Level.ERROR,
    reverse="broker-host-changed",
    advice="Keep the old address reachable until every client is configured for the new one.",
)
def broker_host_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients connect to an address where the server is no longer."""
    before, after = pair.fact("host")
    if pair.both and before != after:
        yield Change(f"{pair.label}: its address changed from {before} to {after}")


@rule(
    "broker-protocol-changed",
    on="broker",
    level=Level.ERROR,
    reverse="broker-protocol-changed",
    advice="Offer both protocols until every client speaks the new one.",
)
def broker_protocol_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients speak another protocol than the server."""
    before, after = pair.fact("protocol")
    if pair.both and before and before != after:
        said = f"its protocol changed from {before} to {after or 'nothing'}"
        yield Change(f"{pair.label}: {said}", old="/protocol", new="/protocol")


@rule(
    "broker-protocol-version-changed",
    on="broker",
    level=Level.WARNING,
    advice="Check that clients of the old protocol version can still connect.",
)
def broker_protocol_version_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients may speak another version of the protocol than the server."""
    before, after = pair.fact("protocolVersion")
    if pair.both and before is not None and before != after:
        said = f"the protocol version changed from {before} to {after or 'nothing'}"
        yield Change(f"{pair.label}: {said}", old="/protocolVersion")


@rule(
    "broker-variable-value-removed",
    on="broker",
    level=Level.WARNING,
    reverse="broker-variable-value-added",
    advice="Keep serving the address that the value stood for.",
)
def broker_variable_value_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """An address that clients could choose by a server variable is gone."""
    if not pair.both:
        return
    before, after = pair.fact("variables")
    for name, values in before.items():
        for value in values:
            if name in after and value not in after[name]:
                yield Change(f"{pair.label}: {name}={value} was {pair.say('removed')}")
