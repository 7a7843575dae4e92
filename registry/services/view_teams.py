"""Teams and how much each owns: the ownership of an estate that is too large for one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import Principal, System, Team
from registry.errors import NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import CatalogFilter, UnitOfWork
from registry.services.search_catalog import CatalogPage, SearchCatalog, search_catalog
from registry.services.view_ownership import Orphan, find_orphans

MOST_ORPHANS = 100


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """A team and how many systems and contracts it owns."""

    team: Team
    systems: int
    contracts: int


@dataclass(frozen=True, slots=True)
class TeamsView:
    """Every team, and at most a hundred orphans of each kind."""

    teams: Sequence[TeamSummary]
    contracts: int
    orphans: Sequence[Orphan]


@dataclass(frozen=True, slots=True)
class TeamView:
    """One team, its systems, and one page of the contracts it owns with their consumers."""

    team: Team
    systems: Sequence[System]
    contracts: CatalogPage


def view_teams(uow: UnitOfWork, caller: Principal) -> TeamsView:
    """Teams by name, in a constant number of queries."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        teams = store.estate.teams()
        systems = Counter(system.team for system in store.estate.systems())
        owned = store.contracts.facets(CatalogFilter()).counts.get("team", {})
        orphans = find_orphans(store, MOST_ORPHANS)
    summaries = [TeamSummary(t, systems[t.id], owned.get(t.id, 0)) for t in teams]
    return TeamsView(summaries, sum(owned.values()), orphans)


def view_team(
    team: str, uow: UnitOfWork, caller: Principal, *, page: int = 1, per_page: int = 100
) -> TeamView:
    """What one team owns, in a constant number of queries.

    Raises:
        NotFound: no such team.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.estate.find_team(team)
        if found is None:
            raise NotFound(f"no team is named {team!r}")
        systems = store.estate.systems_of(team)
    wanted = SearchCatalog(CatalogFilter(team=team), page, per_page)
    return TeamView(found, systems, search_catalog(wanted, uow, caller))
