"""Against what a version is judged, and which step of its number may break (semver.org)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.domain import Contract, Lifecycle, Number, Version
from registry.services.ports import Store


def baselines_for(number: Number, contract: Contract, versions: Sequence[Version]) -> list[Version]:
    """What a version must fit: the last release below it; every live one in a transitive mode.

    A pre-release is only a baseline where there is no release yet.
    """
    below = [
        v
        for v in versions
        if not v.branch and v.number < number and v.lifecycle is not Lifecycle.RETIRED
    ]
    settled = [v for v in below if not v.number.prerelease] or below
    settled.sort(key=lambda v: v.number.precedence, reverse=True)
    if contract.mode.transitive:
        return [v for v in settled if v.lifecycle.live] or settled[:1]
    return settled[:1]


def deployed(store: Store, contract: str) -> dict[str, tuple[str, ...]]:
    """Numbers that a provider speaks somewhere now, each with its environments; one query."""
    found: dict[str, set[str]] = {}
    for use in store.estate.running_uses([contract]):
        if use.role == "provides":
            found.setdefault(use.use.number, set()).add(use.deployment.environment)
    return {number: tuple(sorted(places)) for number, places in found.items()}


def and_deployed(
    baselines: Sequence[Version],
    number: Number,
    versions: Sequence[Version],
    running: Mapping[str, Sequence[str]],
) -> list[Version]:
    """The baselines, and behind them what else runs somewhere below that number."""
    chosen = {v.number for v in baselines}
    added: dict[Number, Version] = {}
    for version in versions:  # releases come before proposals of their number
        if str(version.number) in running and version.number not in chosen:
            added.setdefault(version.number, version)
    return [*baselines, *(v for v in added.values() if v.number < number)]


def is_major(old: Number, new: Number) -> bool:
    """Whether the step may break: a new major; below 1.0.0 a new minor (semver.org §4)."""
    if old.major == 0 and new.major == 0:
        return new.minor > old.minor
    return new.major > old.major


def next_major(old: Number) -> Number:
    return Number(0, old.minor + 1, 0) if old.major == 0 else Number(old.major + 1, 0, 0)
