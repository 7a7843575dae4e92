"""Who owns what, who consumes it, and what nobody owns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.domain import Contract, Principal, System, Team
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork


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
    """``owner-gone``, ``owner-inactive``, ``steward-missing``, ``no-consumer``."""
    message: str


@dataclass(frozen=True, slots=True)
class OwnershipView:
    """Team → systems → contracts → consumers, and the orphans."""

    teams: Sequence[TeamOwnership]
    orphans: Sequence[Orphan]


def view_ownership(uow: UnitOfWork, caller: Principal) -> OwnershipView:
    """The whole estate by owner, in a constant number of queries."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        contracts = store.contracts.all()
        teams = store.estate.teams()
        systems = store.estate.systems()
        expectations = store.expectations.all()
        running = store.estate.deployments()
        releases = store.estate.releases((d.system, d.version) for d in running)
    consumers: dict[str, set[str]] = defaultdict(set)
    for expectation in expectations:
        consumers[expectation.contract].add(expectation.consumer)
    for release in releases.values():
        for use in release.consumes:
            consumers[use.contract].add(release.system)
    consumes: dict[str, set[str]] = defaultdict(set)
    for name, users in consumers.items():
        for user in users:
            consumes[user].add(name)
    by_provider: dict[str, list[OwnedContract]] = defaultdict(list)
    by_owner: dict[str, list[OwnedContract]] = defaultdict(list)
    for contract in contracts:
        owned = OwnedContract(contract, tuple(sorted(consumers[contract.name])))
        by_provider[contract.provider].append(owned)
        by_owner[contract.owner].append(owned)
    of_team: dict[str, list[System]] = defaultdict(list)
    for system in systems:
        of_team[system.team].append(system)
    return OwnershipView(
        [
            TeamOwnership(
                team,
                tuple(
                    OwnedSystem(s, tuple(by_provider[s.id]), tuple(sorted(consumes[s.id])))
                    for s in of_team[team.id]
                ),
                tuple(
                    owned
                    for owned in by_owner[team.id]
                    if owned.contract.provider not in {s.id for s in of_team[team.id]}
                ),
            )
            for team in teams
        ],
        _orphans(contracts, teams, systems, consumers),
    )


def find_orphans(store: Store, limit: int) -> list[Orphan]:
    """Contracts and systems without a living owner, or a steward; at most ``limit`` of each."""
    contracts = store.contracts.unowned(limit)
    systems = store.estate.systems_without_team(limit)
    named = {contract.owner for contract in contracts} | {system.team for system in systems}
    return _without_people(contracts, systems, store.estate.get_teams(named))


def _orphans(
    contracts: Sequence[Contract],
    teams: Sequence[Team],
    systems: Sequence[System],
    consumers: Mapping[str, set[str]],
) -> list[Orphan]:
    found = _without_people(contracts, systems, {team.id: team for team in teams})
    for contract in contracts:
        if not consumers.get(contract.name):
            text = f"nobody declares to consume {contract.name}; ask who does, or retire it"
            found.append(Orphan(f"contract:{contract.name}", "no-consumer", text))
    return found


def _without_people(
    contracts: Sequence[Contract], systems: Sequence[System], teams: Mapping[str, Team]
) -> list[Orphan]:
    found = []
    for contract in contracts:
        subject, owner = f"contract:{contract.name}", teams.get(contract.owner)
        if owner is None or not owner.active:
            name = owner.name if owner else contract.owner
            text = f"{contract.name} belongs to {name}, which was dissolved; name another owner"
            found.append(Orphan(subject, "owner-inactive", text))
        if not contract.steward:
            text = f"{contract.name} names no steward; add one to its contract.yaml"
            found.append(Orphan(subject, "steward-missing", text))
    for system in systems:
        team = teams.get(system.team)
        if team is None or not team.active:
            text = f"{system.name} belongs to {system.team!r}, which is no active team"
            found.append(Orphan(f"system:{system.id}", "owner-gone", text))
    return found
