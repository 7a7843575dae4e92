"""Take over teams, systems, environments, endpoints, releases and deployments from estate.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import Principal
from registry.services.ports import UnitOfWork


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

    Deployments are only recorded for systems that have none in the environment yet: what was
    really deployed since is not undone by reading the file again.

    Raises:
        contracts.errors.ContractError: the file is not an estate.
        NotFound: it names a team, system or environment that is nowhere defined.
    """
    raise NotImplementedError
