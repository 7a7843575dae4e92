"""Sign a waiver."""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.domain import Approval, Principal, Waiver, WaiverState
from registry.errors import Conflict, Forbidden
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class ApproveWaiver:
    """``waiver``: its id."""

    waiver: str
    note: str = ""


def approve_waiver(command: ApproveWaiver, uow: UnitOfWork, caller: Principal) -> Waiver:
    """Add the caller's signature, for each consuming team they act for; a second is a no-op.

    Raises:
        NotFound: no such waiver.
        Conflict: it is expired or revoked.
        Forbidden: the caller approves for none of its consumers, or requested it.
    """
    now = uow.now()
    with uow.write() as store:
        waiver = store.waivers.get(command.waiver)
        authorize(caller, Action.APPROVE_WAIVER)
        if waiver.state(now) in {WaiverState.EXPIRED, WaiverState.REVOKED}:
            raise Conflict(f"waiver {waiver.id} is {waiver.state(now)}; request a new one")
        given = {approval.team for approval in waiver.approvals if approval.by == caller.name}
        teams = [team for team in _teams(store, waiver, caller) if team not in given]
        if not teams:
            return waiver
        if caller.name == waiver.requested_by and not caller.is_admin:
            raise Forbidden("who requested a waiver may not sign it; ask a colleague")
        signed = replace(
            waiver,
            approvals=(
                *waiver.approvals,
                *(Approval(caller.name, team, now, command.note) for team in teams),
            ),
        )
        store.waivers.put(signed)
        record(
            store,
            caller,
            now,
            "waiver.approved",
            f"waiver:{waiver.id}",
            before=waiver,
            after=signed,
            reason=command.note,
            details={"contract": waiver.contract, "teams": teams, "state": signed.state(now)},
        )
        return signed


def _teams(store: Store, waiver: Waiver, caller: Principal) -> list[str]:
    """The consuming teams the caller signs for.

    Raises:
        Forbidden: they act for none of the waiver's consumers.
    """
    systems = store.estate.get_systems(waiver.consumers).values()
    teams = waiver.teams or {system.team for system in systems}
    mine = sorted(team for team in teams if caller.acts_for(team))
    if not mine:
        raise Forbidden(
            f"{caller.name} acts for none of the consumers; the signature of "
            f"{', '.join(sorted(teams))} is needed"
        )
    return mine
