"""Promises of the sidecar: key, order, delivery, service levels, windows, lifecycle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.governance.expectations import Expectation
from contracts.governance.sidecar import Sidecar
from contracts.governance.vocabulary import Delivery, Ordering
from contracts.verdict import Level

ORDERINGS = (Ordering.NONE, Ordering.PER_KEY, Ordering.TOTAL)


def _sidecars(pair: Pair) -> tuple[Sidecar, Sidecar]:
    assert pair.both is not None
    return pair.both[0].facts["sidecar"], pair.both[1].facts["sidecar"]


def _users(pair: Pair) -> dict[str, Expectation]:
    """What is known of each consumer, by name."""
    found: dict[str, Expectation] = pair.any.facts["users"]
    return found


def _hurt(pair: Pair, reason: Callable[[Expectation], str | None]) -> dict[str, str]:
    found = {name: reason(user) for name, user in _users(pair).items()}
    return {name: text for name, text in found.items() if text}


def _weaker(
    pair: Pair, at: str, said: str, hurt: Mapping[str, str], *, else_: Level = Level.WARNING
) -> Change:
    """A promise got weaker: an error where somebody needs more than is left."""
    return Change(f"{pair.label}: {said}", None if hurt else else_, old=at, new=at, consumers=hurt)


def span(value: timedelta | None) -> str:
    """A duration as people say it."""
    if value is None:
        return "nothing"
    seconds = value.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _fields(paths: object) -> str:
    return " + ".join(map(str, paths)) if isinstance(paths, tuple) and paths else "none"


@rule(
    "partition-key-changed",
    on="promises",
    level=Level.ERROR,
    advice="Publish under the new key on a new channel, and let readers that depend on order move "
    "when they have read the old one to its end.",
)
def partition_key_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages are partitioned, and so ordered, by other fields than before."""
    old, new = _sidecars(pair)
    if old.events is None or new.events is None:
        return
    before, after = old.events.partition_key, new.events.partition_key
    if not before or set(before) == set(after):
        return

    def reason(user: Expectation) -> str | None:
        needed = set(user.needs.ordering)
        kept = bool(after) and set(after) <= needed
        if not needed or kept:
            return None
        return f"it needs messages of one {_fields(user.needs.ordering)} in order"

    said = f"the partition key changed from {_fields(before)} to {_fields(after)}"
    yield _weaker(pair, "/events/partitionKey", said, _hurt(pair, reason))


@rule(
    "ordering-weakened",
    on="promises",
    level=Level.ERROR,
    advice="Keep the order, or carry a sequence number by which readers restore it.",
)
def ordering_weakened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages may arrive in another order than they were sent."""
    old, new = _sidecars(pair)
    if old.events is None or new.events is None:
        return
    before, after = old.events.ordering, new.events.ordering
    if ORDERINGS.index(after) < ORDERINGS.index(before):
        hurt = _hurt(
            pair,
            lambda user: (
                f"it needs messages of one {_fields(user.needs.ordering)} in order"
                if user.needs.ordering and after is Ordering.NONE
                else None
            ),
        )
        said = f"the order promised went from {before.value} to {after.value}"
        yield _weaker(pair, "/events/ordering", said, hurt)


@rule(
    "delivery-guarantee-weakened",
    on="promises",
    level=Level.ERROR,
    advice="Keep delivering at least once; readers recognise duplicates by source and id.",
)
def delivery_guarantee_weakened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages may be lost, or come more than once, where they did not before."""
    old, new = _sidecars(pair)
    if old.events is None or new.events is None:
        return
    before, after = old.events.delivery, new.events.delivery
    if before is after:
        return
    said = f"delivery went from {before.value} to {after.value}"
    at = "/events/delivery"
    if after is Delivery.AT_MOST_ONCE:
        yield _weaker(pair, at, said, _hurt(pair, lambda _: "messages may never reach it"))
    elif after is Delivery.AT_LEAST_ONCE:
        remembered = new.effective_policies.deduplication is not None
        level = Level.WARNING if remembered else Level.ERROR
        users = dict.fromkeys(_users(pair), "it may read a message twice")
        yield Change(f"{pair.label}: {said}", level, old=at, new=at, consumers=users)


@rule(
    "latency-raised",
    on="promises",
    level=Level.ERROR,
    advice="Keep the latency for consumers that need it, or agree on a new one with them.",
)
def latency_raised(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Answers or messages may take longer than promised before."""
    old, new = (side.effective_sla.latency_p95_ms for side in _sidecars(pair))
    if old is None or (new is not None and new <= old):
        return
    hurt = _hurt(pair, lambda user: _beyond(user.needs.latency_p95_ms, old, new))
    said = f"the p95 latency promised went from {old} ms to {_or_nothing(new, ' ms')}"
    yield _weaker(pair, "/sla/latencyP95Ms", said, hurt)


def _beyond(needed: int | None, old: int, new: int | None) -> str | None:
    """A need that was met and is not any more."""
    if needed is None or old > needed or (new is not None and new <= needed):
        return None
    return f"it needs a p95 latency of {needed} ms"


def _or_nothing(value: float | None, unit: str) -> str:
    return "nothing" if value is None else f"{value}{unit}"


@rule(
    "freshness-loosened",
    on="promises",
    level=Level.ERROR,
    advice="Keep the data as fresh for consumers that need it, or agree on less with them.",
)
def freshness_loosened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Data may be older than promised before."""
    old, new = _sidecars(pair)
    yield from _older(
        pair,
        "/sla/freshness",
        "freshness",
        old.effective_sla.freshness,
        new.effective_sla.freshness,
    )


@rule(
    "staleness-raised",
    on="promises",
    level=Level.ERROR,
    advice="Keep cached answers as young as before, or mark them and let consumers refuse them.",
)
def staleness_raised(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Cached answers may be older than promised before."""
    old, new = (side.effective_policies.cache for side in _sidecars(pair))
    before, after = (cache.max_age if cache else None for cache in (old, new))
    if after is not None:
        yield from _older(pair, "/policies/cache/maxAge", "age of a cached answer", before, after)


def _older(
    pair: Pair, at: str, what: str, before: timedelta | None, after: timedelta | None
) -> Iterator[Change]:
    if before is None or (after is not None and after <= before):
        return

    def reason(user: Expectation) -> str | None:
        needed = user.needs.freshness
        if needed is None or before > needed or (after is not None and after <= needed):
            return None
        return f"it needs data no older than {span(needed)}"

    said = f"the {what} promised went from {span(before)} to {span(after)}"
    yield _weaker(pair, at, said, _hurt(pair, reason))


@rule(
    "availability-lowered",
    on="promises",
    level=Level.ERROR,
    advice="Keep the availability, or agree on less with the consumers that need it.",
)
def availability_lowered(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The provider may be away for longer than promised before."""
    old, new = (side.effective_sla.availability for side in _sidecars(pair))
    if old is None or (new is not None and new >= old):
        return

    def reason(user: Expectation) -> str | None:
        needed = user.needs.availability
        if needed is None or old < needed or (new is not None and new >= needed):
            return None
        return f"it needs an availability of {needed:g} %"

    said = f"the availability promised went from {old:g} % to {_or_nothing(new, ' %')}"
    yield _weaker(pair, "/sla/availability", said, _hurt(pair, reason))


@rule(
    "rate-limit-lowered",
    on="promises",
    level=Level.ERROR,
    advice="Keep the limit for consumers that call as often, or agree on less with them.",
)
def rate_limit_lowered(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A consumer may call less often than before."""
    limits = (side.effective_policies.rate_limit for side in _sidecars(pair))
    old, new = (limit.per_consumer_per_minute if limit else None for limit in limits)
    if new is None or (old is not None and new >= old):
        return

    def reason(user: Expectation) -> str | None:
        needed = user.needs.calls_per_minute
        return f"it calls {needed} times a minute" if needed and needed > new else None

    said = f"the calls allowed a minute went from {old or 'any number'} to {new}"
    yield _weaker(pair, "/policies/rateLimit/perConsumerPerMinute", said, _hurt(pair, reason))


@rule(
    "idempotency-key-required",
    on="promises",
    level=Level.ERROR,
    advice="Accept writes without the key for a notice period, and name who still sends none.",
)
def idempotency_key_required(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Writes without an idempotency key are refused where they were not before."""
    old, new = (side.effective_policies.idempotency for side in _sidecars(pair))
    if new is None or not new.required or (old is not None and old.required):
        return
    header = new.header or "Idempotency-Key"

    def reason(user: Expectation) -> str | None:
        writes = [use for use in user.uses if use.kind == "operation" and use.sends is not None]
        sent = [header.casefold() in {h.casefold() for h in use.headers or ()} for use in writes]
        if user.declared and (not writes or all(sent)):
            return None
        return f"it does not say that it sends {header}"

    said = f"the header {header} became mandatory"
    yield _weaker(pair, "/policies/idempotency/required", said, _hurt(pair, reason))


@rule(
    "idempotency-retention-shortened",
    on="promises",
    level=Level.WARNING,
    advice="Keep the keys at least as long as the longest retry of any caller.",
)
def idempotency_retention_shortened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A write that is tried again late is carried out twice."""
    sides = [side.effective_policies for side in _sidecars(pair)]
    kept = [side.idempotency.retention if side.idempotency else None for side in sides]
    before, after = kept
    if before is None or after is None or after >= before:
        return
    retry = sides[1].retry
    longest = retry.longest if retry else None
    late = longest is not None and after < longest <= before
    said = f"idempotency keys are kept for {span(after)} instead of {span(before)}"
    if late:
        said += f", and writes are tried again for up to {span(longest)}"
    at = "/policies/idempotency/retention"
    users = dict.fromkeys(_users(pair), "its late retries are carried out twice") if late else {}
    yield Change(
        f"{pair.label}: {said}", Level.ERROR if late else None, old=at, new=at, consumers=users
    )
