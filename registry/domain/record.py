"""What is written beside every change: the audit entry and the outbox event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of the hash chain (``registry/domain/chain.py`` says what is hashed)."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    """``contract:erp.purchase-order``, ``deployment:erp@production`` …"""
    before: str
    """SHA-256 of the subject's canonical JSON before, empty if there was none."""
    after: str
    reason: str
    details: Mapping[str, Any]
    previous: str
    """Hash of the entry before; 64 zeros for the first."""
    hash: str


class DeliveryState(StrEnum):
    """Where an event stands on its way out."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """Something others want to hear of, stored in the transaction that made it true."""

    id: str
    at: datetime
    type: str
    """``version.published``, ``deployment.recorded``, ``run.finished`` …"""
    subject: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_attempt_at: datetime | None = None
