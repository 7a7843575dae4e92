"""Find contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from registry.domain import Contract, Principal, Version
from registry.services.authorization import Action, authorize
from registry.services.ports import CatalogFilter, UnitOfWork

MAX_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class SearchCatalog:
    """One page of the contracts that match; pages count from 1."""

    filter: CatalogFilter = field(default_factory=CatalogFilter)
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One line of the catalog."""

    contract: Contract
    latest: Version | None
    owner_name: str
    provider_name: str
    consumers: tuple[str, ...]
    proposals: int


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """One page, how many match in all, and the values one can filter by.

    ``facets[field][value]`` counts matches; fields as in :class:`CatalogFilter`.
    """

    entries: Sequence[CatalogEntry]
    total: int
    page: int
    per_page: int
    facets: Mapping[str, Mapping[str, int]]
    exact: bool = True
    """False: more than ``total`` match, too many to count; facets are of the whole catalog."""

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.per_page))


def search_catalog(command: SearchCatalog, uow: UnitOfWork, caller: Principal) -> CatalogPage:
    """One page of contracts by name, in a constant number of queries."""
    authorize(caller, Action.READ)
    page = max(1, command.page)
    per_page = min(max(1, command.per_page), MAX_PER_PAGE)
    with uow.read() as store:
        many = store.contracts.many(command.filter)
        found = store.contracts.search(
            command.filter, limit=per_page, offset=(page - 1) * per_page, walk=many
        )
        names = [contract.name for contract in found]
        latest = store.versions.latest(names)
        proposals = store.versions.proposals(names)
        declared = store.expectations.of_contracts(names)
        facets = store.contracts.facets(command.filter, many=many)
        teams = store.estate.team_names(contract.owner for contract in found)
        systems = store.estate.get_systems(contract.provider for contract in found)
    entries = [
        CatalogEntry(
            contract,
            latest.get(contract.name),
            teams.get(contract.owner, contract.owner),
            systems[contract.provider].name if contract.provider in systems else contract.provider,
            tuple(sorted({e.consumer for e in declared.get(contract.name, ())})),
            proposals.get(contract.name, 0),
        )
        for contract in found
    ]
    return CatalogPage(entries, facets.total, page, per_page, facets.counts, facets.exact)
