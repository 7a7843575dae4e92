"""One conformance run with its failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import Contract, Principal, Run, RunFailure
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork
from registry.services.run_history import FailureHistory, history


@dataclass(frozen=True, slots=True)
class RunView:
    """A run, what it found, and the contract it speaks of."""

    run: Run
    contract: Contract
    failures: Sequence[RunFailure]
    history: Sequence[FailureHistory] = ()
    """What became of each cause since the runs before; empty while the run goes on."""


def get_run(run: str, uow: UnitOfWork, caller: Principal) -> RunView:
    """One run.

    Raises:
        NotFound: no such run.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.runs.get(run)
        failures = store.runs.failures(run)
        return RunView(
            found, store.contracts.get(found.contract), failures, history(found, failures, store)
        )
