"""Services and remote procedure calls of Protocol Buffers sources."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level


@rule(
    "proto-service-removed",
    on="proto-service",
    level=Level.ERROR,
    reverse="proto-service-added",
    advice="Keep the service until no client calls it.",
)
def proto_service_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients call a service that does not exist any more."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "proto-rpc-removed",
    on="proto-rpc",
    level=Level.ERROR,
    reverse="proto-rpc-added",
    advice="Keep the method until no client calls it.",
)
def proto_rpc_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients call a method that does not exist any more."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "proto-rpc-type-changed",
    on="proto-rpc",
    level=Level.ERROR,
    reverse="proto-rpc-type-changed",
    advice="Add a method with the new types beside the old one.",
)
def proto_rpc_type_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A method takes or answers another message than clients send or read."""
    for side in ("request", "response"):
        before, after = pair.fact(side)
        if pair.both and before != after:
            said = f"the {side} changed from {before} to {after}"
            yield Change(f"{pair.label}: {said}", old=f"/{side}", new=f"/{side}")


@rule(
    "proto-rpc-streaming-changed",
    on="proto-rpc",
    level=Level.ERROR,
    reverse="proto-rpc-streaming-changed",
    advice="Add a streaming method beside the single one.",
)
def proto_rpc_streaming_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """One message is sent where a stream is expected, or the other way round."""
    for side in ("request", "response"):
        before, after = pair.fact(f"{side}_stream")
        if pair.both and before != after:
            streams = "a stream" if after is not pair.swapped else "one message"
            yield Change(f"{pair.label}: the {side} is {streams} now")


_PROMISES = {"NO_SIDE_EFFECTS": 2, "IDEMPOTENT": 1}


@rule(
    "proto-rpc-idempotency-lost",
    on="proto-rpc",
    level=Level.ERROR,
    reverse="proto-rpc-idempotency-gained",
    advice="Keep `idempotency_level`: clients repeat such calls, or make them with GET.",
)
def proto_rpc_idempotency_lost(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A call that clients repeat, or make with GET, may have effects, or have them twice."""
    before, after = pair.fact("idempotency")
    if pair.both and _PROMISES.get(before, 0) > _PROMISES.get(after, 0):
        old, new = (after, before) if pair.swapped else (before, after)
        yield Change(f"{pair.label}: idempotency_level changed from {old} to {new or 'unknown'}")
