"""The audit log: read it, verify it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import AuditEntry, Principal
from registry.services.ports import UnitOfWork


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
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Whether the chain holds; ``broken_at`` is the first sequence number that does not fit."""

    entries: int
    head: str
    broken_at: int | None = None
    message: str = ""

    @property
    def intact(self) -> bool:
        """Whether nothing was edited, deleted or reordered."""
        return self.broken_at is None


def verify_audit(uow: UnitOfWork, caller: Principal) -> ChainCheck:
    """Recompute every link."""
    raise NotImplementedError
