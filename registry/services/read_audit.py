"""The audit log: read it, verify it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.domain import AuditEntry, Principal
from registry.domain.chain import FIRST, ChainCheck
from registry.domain.checkpoint import Checkpoint, statement, verify_sealed
from registry.services.audit_port import Verifier
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork

__all__ = ["AuditPage", "ChainCheck", "read_audit", "verify_audit"]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first, and how many there are."""

    entries: Sequence[AuditEntry]
    total: int
    page: int
    per_page: int


def read_audit(
    uow: UnitOfWork, caller: Principal, *, subject: str = "", page: int = 1, per_page: int = 50
) -> AuditPage:
    """One page of the log."""
    authorize(caller, Action.READ_AUDIT)
    page, per_page = max(1, page), min(max(1, per_page), 500)
    with uow.read() as store:
        entries, total = store.audit.page(
            subject=subject, limit=per_page, offset=(page - 1) * per_page
        )
    return AuditPage(entries, total, page, per_page)


def verify_audit(
    uow: UnitOfWork,
    caller: Principal,
    verifier: Verifier | None = None,
    kept: Iterable[Checkpoint] = (),
) -> ChainCheck:
    """Recompute every link; with a ``verifier`` hold it against stored checkpoints as well.

    ``kept``: checkpoints that were kept elsewhere; only those find an end that was cut off
    together with its checkpoints.
    """
    authorize(caller, Action.READ_AUDIT)
    with uow.read() as store:
        checkpoints = [*store.checkpoints.all(), *kept] if verifier else []
        if verifier and (forged := first_forged(checkpoints, verifier)):
            return forged
        return verify_sealed(store.audit.walk(), checkpoints)


def first_forged(checkpoints: Iterable[Checkpoint], verifier: Verifier) -> ChainCheck | None:
    """What to say of the first checkpoint that no known key signed, if there is one."""
    for one in checkpoints:
        if not verifier.genuine(one.key, one.signature, statement(one.count, one.head, one.at)):
            message = (
                f"the checkpoint at entry {one.count} carries no good signature of a known key; "
                f"it names the key {one.key}"
            )
            return ChainCheck(0, FIRST, one.count, message)
    return None
