"""Everything about one contract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from registry.domain.contract import strongest
from registry.services.authorization import Action, authorize
from registry.services.estate_port import RunningUse
from registry.services.links_port import Referrer, Tag, newest_each
from registry.services.ports import RunFilter, UnitOfWork


@dataclass(frozen=True, slots=True)
class ConsumerView:
    """A system that consumes the contract, by declaration or by a release."""

    system: str
    name: str
    team: str
    expectation: Expectation | None
    """None: it never said what it uses."""
    proposal: Expectation | None
    """What was proposed that it uses, and its team has not confirmed."""
    built_against: tuple[tuple[str, str], ...]
    """(environment, contract version) of its running releases."""

    @property
    def tolerance(self) -> str:
        """What its reader lets pass, in words; empty where its tests say that."""
        if self.expectation is None or "pact" in self.expectation.body:
            return ""
        told = self.expectation.body.get("tolerance") or {}
        rejects = told.get("unknown_fields", told.get("unknownFields")) == "reject"
        accepts = told.get("new_enum_values", told.get("newEnumValues")) == "accept"
        return (
            f"{'rejects' if rejects else 'ignores'} fields that it does not know and "
            f"{'accepts' if accepts else 'rejects'} new values of an enum"
        )


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
    referrers: Sequence[Referrer] = ()
    """The newest version of every contract that refers to one of its versions."""
    tags: Sequence[Tag] = ()


def get_contract(name: str, uow: UnitOfWork, caller: Principal) -> ContractView:
    """One contract, in a constant number of queries.

    Raises:
        NotFound: no such contract.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        contract = store.contracts.get(name)
        versions = store.versions.of_contract(name)
        owner = store.estate.find_team(contract.owner)
        declared = store.expectations.of_contracts([name]).get(name, ())
        running = store.estate.running_uses([name])
        users = {system for system, _, _ in store.estate.users_of(name)}
        named = {contract.provider, *users, *(e.consumer for e in declared)}
        systems = store.estate.get_systems(named)
        runs, _ = store.runs.search(RunFilter(contract=name), limit=10, offset=0)
        waivers = store.waivers.of_contracts([name])
        sidecar = store.shown(store.blobs.get(contract.sidecar_sha256))
        referrers = newest_each(store.references.to(name))
        tags = store.tags.of_contract(name)
    return ContractView(
        contract=contract,
        owner=owner,
        provider=systems.get(contract.provider),
        versions=[v for v in versions if not v.branch],
        proposals=[v for v in versions if v.branch],
        consumers=_consumers(declared, users, systems, running),
        deployments=[(u.deployment, u.use.number) for u in running if u.role == "provides"],
        runs=runs,
        waivers=waivers,
        sidecar=sidecar.decode("utf-8", "replace"),
        referrers=referrers,
        tags=tags,
    )


def _consumers(
    declared: Sequence[Expectation],
    users: set[str],
    systems: Mapping[str, System],
    running: Sequence[RunningUse],
) -> list[ConsumerView]:
    built: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for found in running:
        if found.role == "consumes":
            where = (found.deployment.environment, found.use.number)
            built[found.deployment.system].add(where)
    expectations = {e.consumer: e for e in strongest(e for e in declared if e.confirmed)}
    proposals = {e.consumer: e for e in declared if not e.confirmed}
    return [
        ConsumerView(
            system=id_,
            name=systems[id_].name if id_ in systems else id_,
            team=systems[id_].team if id_ in systems else "",
            expectation=expectations.get(id_),
            proposal=proposals.get(id_),
            built_against=tuple(sorted(built[id_])),
        )
        for id_ in sorted({*expectations, *proposals, *users})
    ]
