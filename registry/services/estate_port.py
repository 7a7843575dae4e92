"""What the use cases need to know of the estate: who runs what where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from registry.domain import (
    ContractUse,
    Deployment,
    Endpoint,
    Environment,
    Release,
    System,
    Team,
)


@dataclass(frozen=True, slots=True)
class RunningUse:
    """One contract version that a running release provides or consumes."""

    deployment: Deployment
    role: str
    """``provides`` or ``consumes``."""
    use: ContractUse


class Estate(Protocol):
    """Teams, systems, environments, endpoints, releases, deployments."""

    def find_team(self, id_: str) -> Team | None: ...
    def teams(self) -> Sequence[Team]: ...
    def teams_like(self, text: str, limit: int) -> Sequence[tuple[str, str]]:
        """(id, name) by name of those whose id or name holds the text."""

    def get_teams(self, ids: Iterable[str]) -> Mapping[str, Team]:
        """Those that exist, by id."""

    def team_names(self, ids: Iterable[str]) -> Mapping[str, str]: ...
    def put_team(self, team: Team) -> None: ...
    def find_system(self, id_: str) -> System | None: ...
    def get_system(self, id_: str) -> System: ...
    def systems(self, *, limit: int | None = None, offset: int = 0) -> Sequence[System]:
        """By name; one page of them if there is a limit."""

    def count_systems(self) -> int: ...
    def systems_of(self, team: str) -> Sequence[System]: ...
    def system_names(self, limit: int, text: str = "") -> Sequence[tuple[str, str]]:
        """(id, name) by name of those whose id or name holds the text."""

    def get_systems(
        self, ids: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, System]:
        """Those that exist, by id; ``at``: with the team of that instant."""

    def systems_without_team(self, limit: int) -> Sequence[System]:
        """Those whose team is not active."""

    def put_system(self, system: System, at: datetime) -> None: ...
    def find_environment(self, id_: str) -> Environment | None: ...
    def get_environment(self, id_: str, *, at: datetime | None = None) -> Environment:
        """``at``: with the policy of that instant."""

    def environments(self) -> Sequence[Environment]: ...
    def put_environment(self, environment: Environment, at: datetime) -> None: ...
    def endpoints(
        self, environment: str = "", system: str = "", limit: int | None = None
    ) -> Sequence[Endpoint]: ...
    def put_endpoint(self, endpoint: Endpoint) -> None: ...
    def find_release(self, system: str, version: str) -> Release | None: ...
    def get_release(self, system: str, version: str) -> Release: ...
    def releases(self, wanted: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Release]: ...
    def releases_of(self, system: str) -> Sequence[Release]: ...
    def put_release(self, release: Release) -> None: ...
    def deployments(
        self,
        environment: str = "",
        *,
        at: datetime | None = None,
        systems: Collection[str] | None = None,
    ) -> Sequence[Deployment]:
        """Those running at that instant (now if None); of every environment if none is named."""

    def running_uses(
        self, contracts: Iterable[str], environment: str = "", *, at: datetime | None = None
    ) -> Sequence[RunningUse]:
        """What running releases provide and consume of these contracts, and of no other."""

    def deployment_history(
        self, system: str = "", environment: str = "", limit: int = 50
    ) -> Sequence[Deployment]: ...
    def deployed_ever(self) -> Set[tuple[str, str, str]]:
        """(system, environment, location) of everything that ever ran."""

    def add_deployment(self, deployment: Deployment) -> None: ...
    def end_deployment(self, id_: str, at: datetime, by: str) -> None: ...
    def newest_uses(self, contract: str) -> Mapping[tuple[str, str], Sequence[ContractUse]]:
        """What the newest release of each system consumes of the contract, if anything."""

    def consumed_by_teams(self, teams: Iterable[str]) -> Mapping[str, Set[str]]:
        """Contracts that each team's systems consume, by declaration or by a release."""

    def users_of(self, contract: str) -> Sequence[tuple[str, str, ContractUse]]:
        """(system, system version, use) of every release that consumes the contract."""
