"""Move a version through its life: draft, active, deprecated, retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.domain import Lifecycle, Principal, Version
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ChangeLifecycle:
    """``sunset_at`` with ``deprecated``: may be postponed later, never brought forward."""

    contract: str
    number: str
    to: Lifecycle
    sunset_at: datetime | None = None
    reason: str = ""


def change_lifecycle(command: ChangeLifecycle, uow: UnitOfWork, caller: Principal) -> Version:
    """Make the step.

    Raises:
        Invalid: a sunset sooner than the notice period of the contract's criticality.
        PolicyDenied: a step backwards, or retiring what somebody deployed still uses.
        NotFound: no such contract or version.
    """
    raise NotImplementedError
