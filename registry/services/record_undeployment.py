"""Remember that a release no longer runs in an environment."""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.domain import Deployment, Principal
from registry.errors import NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class RecordUndeployment:
    """``version`` None: every running version of the system."""

    system: str
    environment: str
    version: str | None = None
    reason: str = ""


def record_undeployment(
    command: RecordUndeployment, uow: UnitOfWork, caller: Principal
) -> tuple[Deployment, ...]:
    """End what runs; gives the ended deployments.

    Raises:
        NotFound: nothing of it runs there.
    """
    with uow.write() as store:
        system = store.estate.get_system(command.system)
        authorize(caller, Action.DEPLOY, system.team)
        store.estate.get_environment(command.environment)
        ended = [
            d
            for d in store.estate.deployments(command.environment)
            if d.system == command.system and command.version in {None, d.version}
        ]
        if not ended:
            what = f"{command.system} {command.version or ''}".strip()
            raise NotFound(f"{what} does not run in {command.environment}")
        now = uow.now()
        for deployment in ended:
            store.estate.end_deployment(deployment.id, now, caller.name)
            record(
                store,
                caller,
                now,
                "deployment.ended",
                f"deployment:{command.system}@{command.environment}",
                before=[deployment.version],
                reason=command.reason,
                details={
                    "system": deployment.system,
                    "version": deployment.version,
                    "environment": deployment.environment,
                    "location": deployment.location,
                },
            )
    return tuple(replace(d, ended_at=now, ended_by=caller.name) for d in ended)
