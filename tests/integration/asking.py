"""The gate asked as its tests ask it."""

from __future__ import annotations

from registry.domain import (
    ANONYMOUS,
    Decision,
    Reason,
)
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.store.unit_of_work import SqlUnitOfWork


def ask(uow: SqlUnitOfWork, version: str = "2", system: str = "orders", **rest: object) -> Decision:
    command = CanIDeploy(system, version, "production", **rest)  # type: ignore[arg-type]
    return can_i_deploy(command, uow, ANONYMOUS)


def of_consumer(decision: Decision, consumer: str) -> Reason:
    [reason] = [r for r in decision.reasons if r.consumer == consumer]
    return reason
