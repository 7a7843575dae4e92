"""Take a waiver back."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import Principal, Waiver
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class RevokeWaiver:
    """``waiver``: its id."""

    waiver: str
    reason: str = ""


def revoke_waiver(command: RevokeWaiver, uow: UnitOfWork, caller: Principal) -> Waiver:
    """From now on it does not count.

    Raises:
        NotFound: no such waiver.
    """
    raise NotImplementedError
