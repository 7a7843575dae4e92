"""Follow a conformance run: claimed, alive, finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from registry.domain import SYSTEM, Principal, Run, RunFailure, RunStatus
from registry.errors import Conflict, Invalid
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class FinishRun:
    """The result of a run; ``status`` is final."""

    run: str
    status: RunStatus
    failures: Sequence[RunFailure] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    attempt: int | None = None
    """Of the worker whose result it is; None: whoever says it, may."""


def claim_run(run: str, worker: str, uow: UnitOfWork, *, per_target: int = 1) -> Run | None:
    """Take a queued run; None if it is not queued any more, or its target is busy.

    ``per_target``: how many runs may go on against one system in one environment.
    """
    with uow.write() as store:
        return store.runs.claim(run, worker, uow.now(), per_target)


def waiting_runs(run: Run, uow: UnitOfWork) -> tuple[str, ...]:
    """Queued runs against the same system in the same environment, oldest first."""
    with uow.read() as store:
        queued = store.runs.with_status(RunStatus.QUEUED)
    target = (run.environment, run.system)
    return tuple(r.id for r in queued if (r.environment, r.system) == target)


def run_goes_on(run: str, uow: UnitOfWork, attempt: int | None = None) -> bool:
    """Whether it is still running; False once it was cancelled or taken from its worker."""
    with uow.read() as store:
        return _goes_on(store.runs.get(run), attempt)


def _goes_on(found: Run, attempt: int | None) -> bool:
    return found.status is RunStatus.RUNNING and attempt in {None, found.attempt}


def beat_run(
    run: str, summary: Mapping[str, Any], uow: UnitOfWork, attempt: int | None = None
) -> bool:
    """Say that it is alive, with progress; False if it was cancelled or taken away meanwhile."""
    with uow.write() as store:
        found = store.runs.get(run)
        if not _goes_on(found, attempt):
            return False
        store.runs.put(replace(found, heartbeat_at=uow.now(), summary=summary))
        return True


def finish_run(command: FinishRun, uow: UnitOfWork, caller: Principal) -> Run:
    """Store the result once.

    Raises:
        NotFound: no such run.
        Conflict: it is final already, or was taken from the worker that says this.
    """
    authorize(caller, Action.RUN_CONFORMANCE)
    if not command.status.final:
        raise Invalid("status", f"{command.status} is no result; use a final one")
    with uow.write() as store:
        found = store.runs.get(command.run)
        if found.status.final:
            raise Conflict(f"run {found.id} is {found.status} already")
        if command.attempt is not None and not _goes_on(found, command.attempt):
            raise Conflict(f"run {found.id} was taken up by another worker meanwhile")
        return _finish(store, found, command, uow.now(), caller)


def _finish(store: Store, found: Run, command: FinishRun, now: datetime, caller: Principal) -> Run:
    finished = replace(
        found,
        status=command.status,
        started_at=found.started_at or now,
        finished_at=now,
        summary=command.summary or found.summary,
        failures_count=len(command.failures),
        note=command.note,
    )
    store.runs.put(finished)
    store.runs.put_failures(found.id, command.failures)
    record(
        store,
        caller,
        now,
        "run.finished",
        f"run:{found.id}",
        before=found,
        after=finished,
        reason=command.note,
        details={
            "contract": found.contract,
            "environment": found.environment,
            "status": command.status,
            "failures": len(command.failures),
        },
    )
    return finished


def cancel_run(run: str, uow: UnitOfWork, caller: Principal) -> Run:
    """Cancel a queued or running run; its worker stops at the next heartbeat."""
    authorize(caller, Action.RUN_CONFORMANCE)
    with uow.write() as store:
        found = store.runs.get(run)
        if found.status.final:
            return found
        note = f"cancelled by {caller.name}"
        return _finish(
            store, found, FinishRun(run, RunStatus.CANCELLED, note=note), uow.now(), caller
        )


def silent_runs(uow: UnitOfWork, silent_for: timedelta) -> tuple[str, ...]:
    """Running runs whose worker fell silent."""
    with uow.read() as store:
        return tuple(run.id for run in store.runs.stale(uow.now() - silent_for, lock=False))


def recover_runs(
    uow: UnitOfWork, *, silent_for: float = 60.0, attempts: int = 2
) -> tuple[Run, ...]:
    """Queue again the runs whose worker fell silent (seconds), or mark them interrupted."""
    now = uow.now()
    with uow.write() as store:
        recovered = []
        for run in store.runs.stale(now - timedelta(seconds=silent_for)):
            if run.attempt < attempts:
                again = replace(run, status=RunStatus.QUEUED, worker="", heartbeat_at=None)
                store.runs.put(again)
                recovered.append(again)
                continue
            note = f"its worker {run.worker} fell silent {run.attempt} times"
            command = FinishRun(run.id, RunStatus.INTERRUPTED, note=note)
            recovered.append(_finish(store, run, command, now, SYSTEM))
        return tuple(recovered)
