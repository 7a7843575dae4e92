"""Remember that a release no longer runs in an environment."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import Deployment, Principal
from registry.services.ports import UnitOfWork


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
    raise NotImplementedError
