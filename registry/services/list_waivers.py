"""Every waiver, or those of one contract."""

from __future__ import annotations

from collections.abc import Sequence

from registry.domain import Principal, Waiver
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork


def list_waivers(contract: str, uow: UnitOfWork, caller: Principal) -> Sequence[Waiver]:
    """Newest first; ``contract`` empty means all."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return store.waivers.of_contracts([contract]) if contract else store.waivers.all()
