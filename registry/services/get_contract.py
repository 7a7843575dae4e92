"""Everything about one contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import (
    Contract,
    Deployment,
    Expectation,
    Principal,
    Run,
    System,
    Team,
    Version,
    Waiver,
)
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ConsumerView:
    """A system that consumes the contract, by declaration or by a release."""

    system: str
    name: str
    team: str
    expectation: Expectation | None
    """None: it never said what it uses."""
    built_against: tuple[tuple[str, str], ...]
    """(environment, contract version) of its running releases."""


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract with everything that hangs on it."""

    contract: Contract
    owner: Team | None
    provider: System | None
    versions: Sequence[Version]
    """Releases, highest first."""
    proposals: Sequence[Version]
    consumers: Sequence[ConsumerView]
    deployments: Sequence[tuple[Deployment, str]]
    """Where the provider runs, and the contract version it speaks there."""
    runs: Sequence[Run]
    """The last ten."""
    waivers: Sequence[Waiver]
    sidecar: str
    """``contract.yaml`` of the latest version as text."""


def get_contract(name: str, uow: UnitOfWork, caller: Principal) -> ContractView:
    """One contract, in a constant number of queries.

    Raises:
        NotFound: no such contract.
    """
    raise NotImplementedError
