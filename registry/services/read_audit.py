"""The audit log: read it, verify it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import AuditEntry, Principal
from registry.domain.chain import ChainCheck
from registry.domain.chain import verify as verify_chain
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


def verify_audit(uow: UnitOfWork, caller: Principal) -> ChainCheck:
    """Recompute every link."""
    authorize(caller, Action.READ_AUDIT)
    with uow.read() as store:
        return verify_chain(store.audit.walk())
