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
    GatePolicy,
    Release,
    Run,
    System,
    Version,
    Waiver,
)
from registry.domain.contract import strongest
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

    def policy(self, contract: str) -> GatePolicy:
        """What the environment asks for this contract, by its criticality."""
        policy = self.environment.policy
        known = self.contracts.get(contract)
        return policy.of(known.criticality) if known is not None else policy

    def use(self, contract: str, consumer: str, stated: ContractUse | None) -> Use:
        """What a consumer uses: its release's own words, else the declaration in force."""
        if stated is not None and stated.expectation:
            return use_of(Expectation(contract, consumer, "release", True, stated.expectation))
        for expectation in strongest(self.expectations.get(contract, ())):
            if expectation.consumer == consumer and expectation.confirmed:
                return use_of(expectation)
        return Use(consumer=consumer, declared=False)


Targets = Sequence[tuple[str, str]]
"""(system, version) pairs that are deployed in one step."""


def set_scene(
    store: Store, targets: Targets, environment: str, at: datetime, *, present: bool
) -> Scene:
    """Load one scene; ``present``: ``at`` is now.

    Raises:
        NotFound: no such environment, system or release at that time.
    """
    [scene] = set_scenes(
        store,
        [(targets, store.estate.get_environment(environment, at=None if present else at))],
        at,
        present=present,
    )
    return scene


def set_scenes(
    store: Store, questions: Sequence[tuple[Targets, Environment]], at: datetime, *, present: bool
) -> list[Scene]:
    """One scene per question, in as many queries as one scene takes.

    Raises:
        NotFound: no such system or release at that time.
    """
    when = None if present else at
    asked = [target for targets, _ in questions for target in targets]
    candidates = _candidates(store, asked, at)
    touched = {u.contract for r in candidates.values() for u in (*r.provides, *r.consumes)}
    expectations = store.expectations.of_contracts(touched, at=when)
    declared = {e.consumer for found in expectations.values() for e in found}
    places = {environment.id for _, environment in questions}
    place = next(iter(places)) if len(places) == 1 else ""
    running = store.estate.running_uses(touched, place, at=when)
    standing = store.estate.deployments(place, at=when, systems=declared)
    present_in = {
        id_: there(
            (u for u in running if u.deployment.environment == id_),
            (d for d in standing if d.environment == id_),
        )
        for id_ in places
    }
    releases = [*candidates.values(), *(r for found in present_in.values() for r in found)]
    uses = [u for r in releases for u in (*r.provides, *r.consumes)]
    versions = store.versions.get_many(((u.contract, u.number) for u in uses), at=when)
    provided = {(u.contract, u.number) for r in candidates.values() for u in r.provides}
    asks = any(environment.policy.may_ask_evidence for _, environment in questions)
    hashes = [versions[use].content_sha256 for use in provided if use in versions]
    evidence = store.runs.latest_evidence(hashes, at=when) if asks and provided else {}
    systems = store.estate.get_systems({release.system for release in releases}, at=when)
    contracts = store.contracts.get_many(touched, at=when)
    waivers = store.waivers.of_contracts(touched)
    scenes = []
    for targets, environment in questions:
        moving = {system for system, _ in targets}
        here = present_in[environment.id]
        scenes.append(
            Scene(
                environment=environment,
                at=at,
                candidates=tuple(candidates[target] for target in targets),
                before=tuple(r for r in here if r.system in moving),
                around=tuple(r for r in here if r.system not in moving),
                systems=systems,
                contracts=contracts,
                versions=versions,
                expectations=expectations,
                waivers=waivers,
                evidence=evidence,
            )
        )
    return scenes


def _candidates(store: Store, asked: Targets, at: datetime) -> dict[tuple[str, str], Release]:
    releases = store.estate.releases(asked)
    found = {}
    for target in asked:
        release = releases.get(target)
        if release is None or (release.created_at is not None and release.created_at > at):
            store.estate.get_system(target[0])
            raise NotFound(
                f"{target[0]} has no release {target[1]!r}; register it with the contract "
                "versions it provides and consumes"
            )
        found[target] = release
    return found


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
