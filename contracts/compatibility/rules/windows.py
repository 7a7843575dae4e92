"""Promises about time: replay, duplicates, retention, lifecycle, and how data may be held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.compatibility.rules.promises import span
from contracts.governance.lifecycle import sunset_problem
from contracts.governance.sidecar import Sidecar
from contracts.governance.vocabulary import LifecycleStatus
from contracts.verdict import Level


def _sidecars(pair: Pair) -> tuple[Sidecar, Sidecar]:
    assert pair.both is not None
    return pair.both[0].facts["sidecar"], pair.both[1].facts["sidecar"]


def _everybody(pair: Pair, reason: str) -> dict[str, str]:
    old, new = _sidecars(pair)
    return {user.system: reason for user in (*old.consumers, *new.consumers)}


@rule(
    "replay-shortened",
    on="promises",
    level=Level.WARNING,
    advice="Keep the replay window at least as long as the longest outage of a consumer.",
)
def replay_shortened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Old messages can be asked for again for a shorter time, or not at all."""
    windows = (side.effective_policies.replay for side in _sidecars(pair))
    before, after = (replay.window if replay else None for replay in windows)
    yield from _shorter(pair, "/policies/replay/window", "messages can be replayed", before, after)


@rule(
    "retention-shortened",
    on="promises",
    level=Level.WARNING,
    advice="Tell consumers that read old data before it is gone.",
)
def retention_shortened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Data is kept for a shorter time than promised."""
    kept = (side.effective_policies.retention for side in _sidecars(pair))
    before, after = (retention.keep if retention else None for retention in kept)
    if after is not None:
        yield from _shorter(pair, "/policies/retention/keep", "data is kept", before, after)


def _shorter(
    pair: Pair, at: str, what: str, before: timedelta | None, after: timedelta | None
) -> Iterator[Change]:
    if before is not None and (after is None or after < before):
        said = f"{what} for {span(after)} instead of {span(before)}"
        yield Change(f"{pair.label}: {said}", old=at, new=at)


@rule(
    "duplicates-outlive-memory",
    on="promises",
    level=Level.ERROR,
    advice="Remember messages at least as long as they can be replayed.",
)
def duplicates_outlive_memory(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A replayed message is no longer recognised as one that was read before."""
    old, new = _sidecars(pair)
    if _gap(new) is not None and _gap(old) is None:
        remembered, replayed = _gap(new) or (None, None)
        said = (
            f"duplicates are recognised for {span(remembered)}, but replayed for {span(replayed)}"
        )
        at = "/policies/deduplication/window"
        hurt = _everybody(pair, "a replayed message counts twice")
        yield Change(f"{pair.label}: {said}", old=at, new=at, consumers=hurt)


def _gap(side: Sidecar) -> tuple[timedelta, timedelta] | None:
    """Memory and replay window where the memory is the shorter one."""
    memory, replay = side.effective_policies.deduplication, side.effective_policies.replay
    if memory is None or replay is None or memory.window >= replay.window:
        return None
    return memory.window, replay.window


@rule(
    "dead-letter-removed",
    on="promises",
    level=Level.WARNING,
    advice="Keep the dead-letter address: messages that cannot be processed are lost without it.",
)
def dead_letter_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages that cannot be processed have nowhere to go, or go elsewhere."""
    old, new = (side.effective_policies.dead_letter for side in _sidecars(pair))
    if old is not None and (new is None or new.address != old.address):
        became = f"is {new.address} now" if new else "is gone"
        said = f"the dead-letter address {old.address} {became}"
        at = "/policies/deadLetter"
        yield Change(f"{pair.label}: {said}", old=at, new=at)


@rule(
    "reconciliation-removed",
    on="promises",
    level=Level.WARNING,
    advice="Keep comparing both sides: a lost message is noticed nowhere else.",
)
def reconciliation_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Nobody finds out any more that the two sides disagree."""
    old, new = (side.effective_policies.reconciliation for side in _sidecars(pair))
    if old is not None and new is None:
        at = "/policies/reconciliation"
        yield Change(f"{pair.label}: reconciliation ({old.schedule}) was removed", old=at, new=at)


@rule(
    "peak-raised",
    on="promises",
    level=Level.WARNING,
    advice="Ask every consumer whether it keeps up before the volume grows.",
)
def peak_raised(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """More messages a minute may come than consumers were built for."""
    old, new = (side.events.peak_per_minute if side.events else None for side in _sidecars(pair))
    if old is not None and new is not None and new > old:
        said = f"the peak went from {old} to {new} messages a minute"
        at = "/events/peakPerMinute"
        yield Change(f"{pair.label}: {said}", old=at, new=at)


@rule(
    "sunset-brought-forward",
    on="promises",
    level=Level.ERROR,
    advice="Keep the announced date and the notice period; a sunset may only be postponed.",
)
def sunset_brought_forward(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The contract ends sooner than announced, or with less notice than its criticality asks."""
    old, new = _sidecars(pair)
    if new.lifecycle.sunset is None or new.lifecycle.sunset == old.lifecycle.sunset:
        return
    problem = sunset_problem(new.criticality or 3, old.lifecycle, new.lifecycle)
    if problem:
        at = "/lifecycle/sunset"
        hurt = _everybody(pair, "it has too little time to move")
        yield Change(f"{pair.label}: {problem}", old=at, new=at, consumers=hurt)


@rule(
    "contract-retired",
    on="promises",
    level=Level.ERROR,
    advice="Deprecate the contract first and retire it when its sunset has passed.",
)
def contract_retired(pair: Pair, policies: Policies) -> Iterator[Change]:
    """The contract is withdrawn while consumers use it."""
    old, new = _sidecars(pair)
    retired = LifecycleStatus.RETIRED
    if new.lifecycle.status is not retired or old.lifecycle.status is retired:
        return
    sunset = old.lifecycle.sunset
    passed = sunset is not None and policies.today is not None and sunset <= policies.today
    at = "/lifecycle/status"
    if passed:
        said = f"retired after its sunset on {sunset}"
        yield Change(f"{pair.label} was {said}", Level.INFO, old=at, new=at)
    else:
        hurt = _everybody(pair, "it still uses the contract")
        yield Change(f"{pair.label} was retired", old=at, new=at, consumers=hurt)


@rule(
    "contract-deprecated",
    on="promises",
    level=Level.INFO,
    advice="Tell the consumers what replaces it and until when it stays.",
)
def contract_deprecated(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The contract's end was announced."""
    old, new = _sidecars(pair)
    deprecated = LifecycleStatus.DEPRECATED
    if new.lifecycle.status is deprecated and old.lifecycle.status is not deprecated:
        until = f" and ends on {new.lifecycle.sunset}" if new.lifecycle.sunset else ""
        yield Change(f"{pair.label} is deprecated{until}", old="/lifecycle", new="/lifecycle")


@rule(
    "classification-raised",
    on="promises",
    level=Level.WARNING,
    advice="Check that every consumer may hold data of the new class.",
)
def classification_raised(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Consumers hold data of a class that they may not be cleared for."""
    old, new = (side.classification for side in _sidecars(pair))
    if old is not None and new is not None and new.rank > old.rank:
        said = f"the data is now {new.value} and was {old.value}"
        at = "/classification"
        yield Change(f"{pair.label}: {said}", old=at, new=at)


@rule(
    "residency-narrowed",
    on="promises",
    level=Level.WARNING,
    advice="Check where every consumer keeps the data.",
)
def residency_narrowed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Consumers may keep the data in fewer regions than before."""
    old, new = (side.residency for side in _sidecars(pair))
    if new is None or (old is not None and set(old.regions) <= set(new.regions)):
        return
    said = f"the data may be kept in {', '.join(new.regions)} only"
    yield Change(f"{pair.label}: {said}", old="/residency", new="/residency")
