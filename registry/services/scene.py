"""Everything the gate looks at: one environment at one instant, a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.governance.expectations import Expectation as Use
from registry.domain import (
    Contract,
    ContractUse,
    Deployment,
    Environment,
    Expectation,
    Release,
    Run,
    System,
    Version,
    Waiver,
)
from registry.errors import NotFound
from registry.services.comparison import use_of
from registry.services.estate_port import RunningUse
from registry.services.ports import Store


@dataclass(frozen=True, slots=True)
class Scene:
    """Who would run beside whom, and what is known about them."""

    environment: Environment
    at: datetime
    candidates: tuple[Release, ...]
    """The releases asked about; the first is the one that was named."""
    before: tuple[Release, ...]
    """What runs there of the candidates' systems and would be replaced."""
    around: tuple[Release, ...]
    """What else runs there."""
    systems: Mapping[str, System]
    contracts: Mapping[str, Contract]
    versions: Mapping[tuple[str, str], Version]
    expectations: Mapping[str, Sequence[Expectation]]
    waivers: Sequence[Waiver]
    evidence: Mapping[str, Sequence[Run]]

    def version(self, use: ContractUse) -> Version | None:
        """The published (or proposed) version a release names, as known at the time."""
        found = self.versions.get((use.contract, use.number))
        return found if found is not None and found.published_at <= self.at else None

    def team(self, system: str) -> str:
        """The team of a system."""
        return self.systems[system].team if system in self.systems else ""

    def owner(self, contract: str) -> str:
        """The team that owns a contract."""
        return self.contracts[contract].owner if contract in self.contracts else ""

    def use(self, contract: str, consumer: str, stated: ContractUse | None) -> Use:
        """What a consumer uses: its release's own words, else the declaration in force."""
        if stated is not None and stated.expectation:
            return use_of(Expectation(contract, consumer, "release", True, stated.expectation))
        for expectation in self.expectations.get(contract, ()):
            if expectation.consumer == consumer and expectation.confirmed:
                return use_of(expectation)
        return Use(consumer=consumer, declared=False)


def set_scene(
    store: Store,
    targets: Sequence[tuple[str, str]],
    environment: str,
    at: datetime,
    *,
    present: bool,
) -> Scene:
    """Load the scene; ``present``: ``at`` is now.

    Raises:
        NotFound: no such environment, system or release at that time.
    """
    place = store.estate.get_environment(environment)
    when = None if present else at
    releases = store.estate.releases(targets)
    candidates = []
    for target in targets:
        release = releases.get(target)
        if release is None or (release.created_at is not None and release.created_at > at):
            store.estate.get_system(target[0])
            raise NotFound(
                f"{target[0]} has no release {target[1]!r}; register it with the contract "
                "versions it provides and consumes"
            )
        candidates.append(release)
    touched = {u.contract for r in candidates for u in (*r.provides, *r.consumes)}
    expectations = store.expectations.of_contracts(touched, at=when)
    declared = {e.consumer for found in expectations.values() for e in found}
    present_there = there(
        store.estate.running_uses(touched, environment, at=when),
        store.estate.deployments(environment, at=when, systems=declared),
    )
    moving = {system for system, _ in targets}
    before = tuple(r for r in present_there if r.system in moving)
    around = tuple(r for r in present_there if r.system not in moving)
    uses = [u for r in (*candidates, *present_there) for u in (*r.provides, *r.consumes)]
    versions = store.versions.get_many((u.contract, u.number) for u in uses)
    provided = {u.contract for r in candidates for u in r.provides}
    hashes = [
        versions[u.contract, u.number].sha256
        for r in candidates
        for u in r.provides
        if (u.contract, u.number) in versions
    ]
    return Scene(
        environment=place,
        at=at,
        candidates=tuple(candidates),
        before=before,
        around=around,
        systems=store.estate.get_systems({r.system for r in (*candidates, *present_there)}),
        contracts=store.contracts.get_many(touched),
        versions=versions,
        expectations=expectations,
        waivers=store.waivers.of_contracts(touched),
        evidence=store.runs.latest_evidence(hashes, at=when)
        if place.policy.asks_evidence and provided
        else {},
    )


def there(uses: Iterable[RunningUse], declared: Iterable[Deployment]) -> list[Release]:
    """What runs there, as far as it touches the contracts in question."""
    found: dict[tuple[str, str], tuple[list[ContractUse], list[ContractUse]]] = {
        (d.system, d.version): ([], []) for d in declared
    }
    for running in uses:
        key = (running.deployment.system, running.deployment.version)
        provides, consumes = found.setdefault(key, ([], []))
        (provides if running.role == "provides" else consumes).append(running.use)
    return [
        Release(*key, once(provides), once(consumes))
        for key, (provides, consumes) in sorted(found.items())
    ]


def once(uses: Iterable[ContractUse]) -> tuple[ContractUse, ...]:
    """Each contract version once, though the release may run in several locations."""
    return tuple({(use.contract, use.number): use for use in uses}.values())
