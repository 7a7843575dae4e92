"""Who owns what, who consumes it, and what nobody owns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import Contract, Principal, System, Team
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class OwnedContract:
    """A contract and the systems that consume it."""

    contract: Contract
    consumers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnedSystem:
    """A system with the contracts it provides and the names of those it consumes."""

    system: System
    provides: tuple[OwnedContract, ...]
    consumes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamOwnership:
    """A team, its systems, and contracts it owns on systems of other teams."""

    team: Team
    systems: tuple[OwnedSystem, ...]
    contracts: tuple[OwnedContract, ...]


@dataclass(frozen=True, slots=True)
class Orphan:
    """Something without an owner; ``subject`` as in the audit log, ``message`` says the mend."""

    subject: str
    code: str
    """``owner-gone``, ``owner-inactive``, ``steward-missing``, ``provider-gone``,
    ``no-consumer``."""
    message: str


@dataclass(frozen=True, slots=True)
class OwnershipView:
    """Team → systems → contracts → consumers, and the orphans."""

    teams: Sequence[TeamOwnership]
    orphans: Sequence[Orphan]


def view_ownership(uow: UnitOfWork, caller: Principal) -> OwnershipView:
    """The whole estate by owner, in a constant number of queries."""
    raise NotImplementedError
