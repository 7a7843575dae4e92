"""Which contract versions refer to a contract."""

from __future__ import annotations

from registry.domain import Principal
from registry.services.authorization import Action, authorize
from registry.services.links_port import Referrer
from registry.services.ports import UnitOfWork


def list_referrers(
    contract: str, label: str, uow: UnitOfWork, caller: Principal
) -> tuple[Referrer, ...]:
    """Those that refer to any version, or to the one of that label, tag or branch.

    Raises:
        NotFound: no such contract or version.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        store.contracts.get(contract)
        wanted = store.versions.get(contract, label).label if label else ""
        return tuple(store.references.to(contract, wanted))
