"""Sign a waiver."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import Principal, Waiver
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ApproveWaiver:
    """``waiver``: its id."""

    waiver: str
    note: str = ""


def approve_waiver(command: ApproveWaiver, uow: UnitOfWork, caller: Principal) -> Waiver:
    """Add the caller's signature; the second of one person is a no-op.

    Raises:
        NotFound: no such waiver.
        Conflict: it is expired or revoked.
        Forbidden: the caller approves for none of its consumers, or requested it.
    """
    raise NotImplementedError
