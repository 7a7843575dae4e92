"""Servers of event-driven contracts: where they are and what is spoken there."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.documents.pointer import escape
from contracts.verdict import Json, Level


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
    if pair.changed("address") and not _parts_moved(pair):
        before, after = pair.fact("host")
        yield Change(f"{pair.label}: its address changed from {before} to {after}")


def _parts_moved(pair: Pair) -> bool:
    """Whether every channel is found under the same URL as before, server and address together."""
    if pair.owners is None or pair.old is None:
        return False
    before, after = (
        {url for channel in owner.of_kind("channel") for url in channel.facts["urls"]}
        for owner in pair.owners
    )
    own = {url for url in before if url.startswith(pair.old.facts["address"])}
    return bool(own) and own <= after


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
    for name, before, after in _variables(pair, "values"):
        if before is None and after is not None:
            allowed = ", ".join(after)
            yield Change(f"{pair.label}: {name} was free and is {allowed} now", new="/variables")
        for value in () if before is None or after is None else before:
            if value not in after:
                at = f"/variables/{escape(name)}/enum"
                yield Change(f"{pair.label}: {name}={value} was {pair.say('removed')}", old=at)


@rule(
    "broker-variable-default-changed",
    on="broker",
    level=Level.WARNING,
    reverse="broker-variable-default-changed",
    advice="Keep the default: who chooses nothing is connected to another address without notice.",
)
def broker_variable_default_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients that choose no value for a server variable connect to another address."""
    for name, before, after in _variables(pair, "default"):
        if before is not None and before != after:
            said = f"the default of {name} changed from {before} to {after or 'nothing'}"
            yield Change(f"{pair.label}: {said}", old=f"/variables/{escape(name)}/default")


def _variables(pair: Pair, part: str) -> Iterator[tuple[str, Json, Json]]:
    """The variables of one address before and after, whatever they are called."""
    if not pair.changed("address") and pair.both:
        which = ("values", "default").index(part) + 1
        for one, other in zip(*pair.fact("variables"), strict=False):
            yield one[0], one[which], other[which]
