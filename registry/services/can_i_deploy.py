"""May this version of this system go to this environment?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.domain import Decision, Principal
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class CanIDeploy:
    """``together``: other (system, version) pairs deployed in the same step.

    ``at``: give the answer of that instant (None: now).
    """

    system: str
    version: str
    environment: str
    together: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None


def can_i_deploy(command: CanIDeploy, uow: UnitOfWork, caller: Principal) -> Decision:
    """Yes, no or unknown, with the reason of every pair.

    For everything the release provides: against each consumer deployed there. For everything it
    consumes: against the provider deployed there. Evidence and waivers as the environment asks.

    Raises:
        NotFound: no such system, release or environment: nothing can be asked.
    """
    raise NotImplementedError
