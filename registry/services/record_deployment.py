"""Remember that a release now runs in an environment."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import Deployment, Principal
from registry.domain.identifiers import new_id
from registry.services.authorization import Action, authorize
from registry.services.ports import JobQueue, UnitOfWork
from registry.services.recording import record
from registry.services.run_after_deployment import Queued, queue_runs


@dataclass(frozen=True, slots=True)
class RecordDeployment:
    """``beside``: the releases of the system already there keep running (mobile apps, canaries)."""

    system: str
    version: str
    environment: str
    beside: bool = False
    location: str = ""
    reason: str = ""


def record_deployment(
    command: RecordDeployment,
    uow: UnitOfWork,
    caller: Principal,
    queue: JobQueue | None = None,
) -> Deployment:
    """Record it as of now; recording the only running version again is a no-op.

    Where the environment asks for it, runs of what the release provides are queued with it.

    Raises:
        NotFound: no such system, release or environment.
    """
    queued = Queued()
    with uow.write() as store:
        system = store.estate.get_system(command.system)
        authorize(caller, Action.DEPLOY, system.team)
        environment = store.estate.get_environment(command.environment)
        release = store.estate.get_release(command.system, command.version)
        now = uow.now()
        running = [
            d
            for d in store.estate.deployments(command.environment)
            if d.system == command.system and d.location == command.location
        ]
        same = [d for d in running if d.version == command.version]
        if same and (command.beside or len(running) == 1):
            return same[0]
        for old in () if command.beside else running:
            if old not in same:
                store.estate.end_deployment(old.id, now, caller.name)
        if same:
            deployment = same[0]
        else:
            deployment = Deployment(
                new_id("dep"),
                command.system,
                command.version,
                command.environment,
                now,
                caller.name,
                command.location,
            )
            store.estate.add_deployment(deployment)
            queued = queue_runs(deployment, release, environment, store, now)
        record(
            store,
            caller,
            now,
            "deployment.recorded",
            f"deployment:{command.system}@{command.environment}",
            before=[d.version for d in running] or None,
            after=[command.version, *(d.version for d in running if command.beside)],
            reason=command.reason,
            details={
                "system": command.system,
                "version": command.version,
                "environment": command.environment,
                "location": command.location,
                "replaces": [] if command.beside else [d.version for d in running],
                **({"runs": queued.runs} if queued.runs else {}),
                **({"notRun": queued.not_run} if queued.not_run else {}),
            },
        )
    if queue is not None:
        for run in queued.runs:
            queue.enqueue_run(run)
    return deployment
