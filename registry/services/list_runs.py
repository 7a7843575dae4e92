"""Conformance runs, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.domain import Principal, Run
from registry.services.authorization import Action, authorize
from registry.services.ports import RunFilter, UnitOfWork


@dataclass(frozen=True, slots=True)
class ListRuns:
    """One page of the runs that match; pages count from 1."""

    filter: RunFilter = field(default_factory=RunFilter)
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class RunPage:
    """Runs and how many there are in all."""

    runs: Sequence[Run]
    total: int
    page: int
    per_page: int


def list_runs(command: ListRuns, uow: UnitOfWork, caller: Principal) -> RunPage:
    """One page of runs."""
    authorize(caller, Action.READ)
    page, per_page = max(1, command.page), min(max(1, command.per_page), 200)
    with uow.read() as store:
        runs, total = store.runs.search(
            command.filter, limit=per_page, offset=(page - 1) * per_page
        )
    return RunPage(runs, total, page, per_page)
