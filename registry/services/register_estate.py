"""Take over teams, systems, environments, endpoints, releases and deployments from estate.yaml."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.documents import load
from contracts.governance.estate import Environment as StatedEnvironment
from contracts.governance.estate import Estate, EvidenceDemand, load_estate
from contracts.governance.record import Record
from registry.domain import (
    ContractUse,
    Demand,
    Deployment,
    Endpoint,
    Environment,
    GatePolicy,
    Principal,
    Release,
    Strictness,
    System,
    Team,
)
from registry.domain.identifiers import new_id
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record
from registry.services.register_release import remember_release


@dataclass(frozen=True, slots=True)
class RegisterEstate:
    """The bytes of an ``estate.yaml`` (``contracts.governance.Estate``)."""

    document: bytes
    filename: str = "estate.yaml"


@dataclass(frozen=True, slots=True)
class EstateOutcome:
    """How many of each kind were created or changed; all zero when nothing is new."""

    teams: int = 0
    systems: int = 0
    environments: int = 0
    endpoints: int = 0
    releases: int = 0
    deployments: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything was stored."""
        return any(
            (
                self.teams,
                self.systems,
                self.environments,
                self.endpoints,
                self.releases,
                self.deployments,
            )
        )


def register_estate(command: RegisterEstate, uow: UnitOfWork, caller: Principal) -> EstateOutcome:
    """Bring the registry to what the file says; what it does not name is left alone.

    A deployment is only recorded where the system was never deployed (environment, location):
    what was really deployed since is not undone by reading the file again. A release may name
    contract versions that are not published yet; the gate says so.

    Raises:
        contracts.errors.ContractError: the file is not an estate.
        Conflict: a release is registered with other contract versions.
    """
    authorize(caller, Action.REGISTER_ESTATE)
    stated = load_estate(load(command.document, name=command.filename))
    now = uow.now()
    with uow.write() as store:
        outcome = EstateOutcome(
            teams=_teams(stated, store),
            systems=_systems(stated, store, now),
            environments=_environments(stated, store, now),
            endpoints=_endpoints(stated, store),
            releases=_releases(stated, store, now, caller),
            deployments=_deployments(stated, store, now, caller),
        )
        if outcome.changed:
            record(
                store,
                caller,
                now,
                "estate.registered",
                f"estate:{stated.name or 'estate'}",
                after=hashlib.sha256(command.document).hexdigest(),
                details={"file": command.filename, "changed": outcome},
            )
    return outcome


def _teams(stated: Estate, store: Store) -> int:
    known = {team.id: team for team in store.estate.teams()}
    changed = [
        team
        for item in stated.teams
        if (
            team := Team(
                item.id,
                item.name,
                item.contact or "",
                item.role or "",
                known[item.id].active if item.id in known else True,
                tuple(_plain(member) for member in item.members),
            )
        )
        != known.get(item.id)
    ]
    for team in changed:
        store.estate.put_team(team)
    return len(changed)


def _systems(stated: Estate, store: Store, now: datetime) -> int:
    known = {system.id: system for system in store.estate.systems()}
    changed = []
    for item in stated.systems:
        facts = _plain(item)
        own = {"id", "name", "team", "description", "type", "region", "external", "releases"}
        system = System(
            item.id,
            item.name,
            item.team,
            item.description or "",
            item.type or "",
            item.region or "",
            item.external,
            {key: value for key, value in facts.items() if key not in own},
        )
        if system != known.get(item.id):
            changed.append(system)
    for system in changed:
        store.estate.put_system(system, now)
    return len(changed)


def _environments(stated: Estate, store: Store, now: datetime) -> int:
    known = {environment.id: environment for environment in store.estate.environments()}
    changed = [
        environment
        for item in stated.environments
        if (
            environment := Environment(
                item.id, item.name, item.region or "", item.order, _policy(item)
            )
        )
        != known.get(item.id)
    ]
    for environment in changed:
        store.estate.put_environment(environment, now)
    return len(changed)


def _policy(item: StatedEnvironment) -> GatePolicy:
    safety, evidence = item.safety, item.evidence
    return GatePolicy(
        unknown=Strictness(evidence.unknown),
        evidence_missing=Strictness(evidence.missing),
        evidence_suites=evidence.suites,
        evidence_max_age=evidence.max_age,
        production=safety.production,
        allowed_methods=safety.allowed_methods,
        max_requests_per_second=safety.max_requests_per_second,
        sandbox=safety.sandbox.settings() if safety.sandbox else {},
        sign_in={e.system: e.sign_in.settings() for e in item.endpoints if e.sign_in},
        by_criticality={n: _demand(own) for n, own in evidence.by_criticality.items()},
        runs_after_deployment=evidence.after_deployment,
    )


def _demand(stated: EvidenceDemand) -> Demand:
    return Demand(
        unknown=Strictness(stated.unknown) if stated.unknown else None,
        evidence_missing=Strictness(stated.missing) if stated.missing else None,
        evidence_suites=stated.suites,
        evidence_max_age=stated.max_age,
    )


def _endpoints(stated: Estate, store: Store) -> int:
    known = {(e.environment, e.system): e for e in store.estate.endpoints()}
    changed = [
        endpoint
        for environment in stated.environments
        for item in environment.endpoints
        if (endpoint := Endpoint(environment.id, item.system, item.url, item.auth or ""))
        != known.get((environment.id, item.system))
    ]
    for endpoint in changed:
        store.estate.put_endpoint(endpoint)
    return len(changed)


def _releases(stated: Estate, store: Store, now: datetime, caller: Principal) -> int:
    wanted = [
        Release(system.id, item.version, _uses(item.provides), _uses(item.consumes))
        for system in stated.systems
        for item in system.releases
    ]
    known = store.estate.releases((release.system, release.version) for release in wanted)
    new = 0
    for release in wanted:
        new += (release.system, release.version) not in known
        remember_release(store, release, now, caller)
    return new


def _uses(stated: Mapping[str, str]) -> tuple[ContractUse, ...]:
    return tuple(ContractUse(name, number) for name, number in sorted(stated.items()))


def _deployments(stated: Estate, store: Store, now: datetime, caller: Principal) -> int:
    history = store.estate.deployed_ever()
    new = [
        item
        for item in stated.deployments
        if (item.system, item.environment, item.location or "") not in history
    ]
    for item in new:
        deployment = Deployment(
            new_id("dep"),
            item.system,
            item.version,
            item.environment,
            now,
            caller.name,
            item.location or "",
        )
        store.estate.add_deployment(deployment)
        record(
            store,
            caller,
            now,
            "deployment.recorded",
            f"deployment:{item.system}@{item.environment}",
            after=[item.version],
            reason="stated by the estate",
            details={
                "system": item.system,
                "version": item.version,
                "environment": item.environment,
                "location": item.location or "",
                "replaces": [],
            },
        )
    return len(new)


def _plain(item: Record) -> dict[str, Any]:
    return item.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
