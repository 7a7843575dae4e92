"""Remember that a release now runs in an environment."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import Deployment, Principal
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class RecordDeployment:
    """``beside``: the releases of the system already there keep running (mobile apps, canaries)."""

    system: str
    version: str
    environment: str
    beside: bool = False
    reason: str = ""


def record_deployment(command: RecordDeployment, uow: UnitOfWork, caller: Principal) -> Deployment:
    """Record it as of now; recording the only running version again is a no-op.

    Raises:
        NotFound: no such system, release or environment.
    """
    raise NotImplementedError
