"""Follow a conformance run: claimed, alive, finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.domain import Principal, Run, RunFailure, RunStatus
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class FinishRun:
    """The result of a run; ``status`` is final."""

    run: str
    status: RunStatus
    failures: Sequence[RunFailure] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


def claim_run(run: str, worker: str, uow: UnitOfWork) -> Run | None:
    """Take a queued run; None if it is not queued any more."""
    raise NotImplementedError


def beat_run(run: str, summary: Mapping[str, Any], uow: UnitOfWork) -> bool:
    """Say that it is alive, with progress; False if it was cancelled meanwhile."""
    raise NotImplementedError


def finish_run(command: FinishRun, uow: UnitOfWork, caller: Principal) -> Run:
    """Store the result once.

    Raises:
        NotFound: no such run.
        Conflict: it is final already.
    """
    raise NotImplementedError


def cancel_run(run: str, uow: UnitOfWork, caller: Principal) -> Run:
    """Cancel a queued or running run; its worker stops at the next heartbeat."""
    raise NotImplementedError


def recover_runs(
    uow: UnitOfWork, *, silent_for: float = 60.0, attempts: int = 2
) -> tuple[Run, ...]:
    """Queue again the runs whose worker fell silent (seconds), or mark them interrupted."""
    raise NotImplementedError
