"""What changed and what is at risk: the first thing to look at in the morning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.domain import Principal, Run, Version
from registry.services.authorization import Action, authorize
from registry.services.ports import CatalogFilter, UnitOfWork
from registry.services.readiness import users_of_versions
from registry.services.view_ownership import Orphan, find_orphans

SHOWN = 12
MOST = 100
"""Orphans counted; who has more has other worries."""


@dataclass(frozen=True, slots=True)
class Overview:
    """At most a dozen of each (a hundred orphans), most urgent first; how many contracts."""

    contracts: int
    recent: Sequence[Version]
    """Last published, proposals included."""
    breaking_proposals: Sequence[Version]
    """Open proposals that break, or of which that is not known."""
    failing_runs: Sequence[Run]
    """Of each contract, system and environment the last run that proves something, if it failed."""
    overdue: Sequence[Version]
    """Past their sunset and not retired."""
    still_used: Mapping[tuple[str, str], tuple[str, ...]]
    """By contract and number of what is overdue: which running releases stand in the way."""
    orphans: Sequence[Orphan]
    """Without a living owner, steward or provider (who has no consumer is no risk)."""


def view_overview(uow: UnitOfWork, caller: Principal) -> Overview:
    """The state of the estate, in a constant number of queries."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        contracts = store.contracts.count(CatalogFilter())
        recent = store.versions.recent(SHOWN)
        proposals = store.versions.open_breaks(SHOWN)
        overdue = store.versions.overdue(uow.now(), SHOWN)
        still_used = users_of_versions(store, overdue)
        failing = store.runs.standing_failures(SHOWN)
        orphans = find_orphans(store, MOST)
    return Overview(contracts, recent, proposals, failing, overdue, still_used, orphans)
