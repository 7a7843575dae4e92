"""Take a waiver back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.domain import Principal, Waiver
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork
from registry.services.recording import record


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
    authorize(caller, Action.APPROVE_WAIVER)
    now = uow.now()
    with uow.write() as store:
        waiver = store.waivers.get(command.waiver)
        if waiver.revoked_at is not None:
            return waiver
        revoked = replace(waiver, revoked_at=now, revoked_by=caller.name)
        store.waivers.put(revoked)
        record(
            store,
            caller,
            now,
            "waiver.revoked",
            f"waiver:{waiver.id}",
            before=waiver,
            after=revoked,
            reason=command.reason,
            details={"contract": waiver.contract},
        )
        return revoked
