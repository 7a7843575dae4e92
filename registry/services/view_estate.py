"""Systems, environments, and what runs where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import Deployment, Endpoint, Environment, Principal, Release, System, Team
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class EstateView:
    """Environments in order, systems by name, running deployments, endpoints, releases."""

    teams: Sequence[Team]
    systems: Sequence[System]
    environments: Sequence[Environment]
    deployments: Sequence[Deployment]
    endpoints: Sequence[Endpoint]


def view_estate(uow: UnitOfWork, caller: Principal) -> EstateView:
    """What runs where, now."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return EstateView(
            store.estate.teams(),
            store.estate.systems(),
            store.estate.environments(),
            store.estate.deployments(),
            store.estate.endpoints(),
        )


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """One page of the systems, and what of them runs where."""

    systems: Sequence[System]
    environments: Sequence[Environment]
    deployments: Sequence[Deployment]
    total: int
    page: int
    per_page: int


def list_systems(
    uow: UnitOfWork, caller: Principal, *, page: int = 1, per_page: int = 30
) -> SystemsPage:
    """Systems by name; pages count from 1."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.estate.systems(limit=per_page, offset=(page - 1) * per_page)
        running = store.estate.deployments(systems=[system.id for system in found])
        total = store.estate.count_systems()
        return SystemsPage(found, store.estate.environments(), running, total, page, per_page)


def list_endpoints(limit: int, uow: UnitOfWork, caller: Principal) -> Sequence[Endpoint]:
    """The first ``limit`` by environment and system."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return store.estate.endpoints(limit=limit)


def list_teams(uow: UnitOfWork, caller: Principal) -> Sequence[Team]:
    """By name."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return store.estate.teams()


def list_environments(uow: UnitOfWork, caller: Principal) -> Sequence[Environment]:
    """In promotion order."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return store.estate.environments()


@dataclass(frozen=True, slots=True)
class SystemView:
    """One system, its releases (newest first), where they run and ran."""

    system: System
    team: Team | None
    releases: Sequence[Release]
    deployments: Sequence[Deployment]
    endpoints: Sequence[Endpoint]


def view_system(system: str, uow: UnitOfWork, caller: Principal) -> SystemView:
    """One system.

    Raises:
        NotFound: no such system.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.estate.get_system(system)
        return SystemView(
            found,
            store.estate.find_team(found.team),
            store.estate.releases_of(system),
            store.estate.deployment_history(system=system),
            store.estate.endpoints(system=system),
        )
