"""A named break, allowed for named consumers, for a reason and a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WaiverState(StrEnum):
    """Where a waiver stands at an instant; only ``ACTIVE`` counts at the gate."""

    REQUESTED = "requested"
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Approval:
    """One approver's signature."""

    by: str
    team: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """Matches findings by rule and place on both sides, never by their message.

    ``consumer_sha256``/``provider_sha256`` narrow it to one pair of documents: the version a
    consumer was built against and the one it would meet.
    """

    id: str
    contract: str
    from_version: str
    to_version: str
    fingerprints: frozenset[str]
    """``Finding.fingerprint`` of every break it allows."""
    consumers: frozenset[str]
    """Systems for which it counts."""
    environment: str
    """Empty: every environment."""
    reason: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    approvals_needed: int = 1
    approvals: tuple[Approval, ...] = ()
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def state(self, at: datetime) -> WaiverState:
        """Where it stood at that instant."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return WaiverState.REVOKED
        if self.expires_at <= at:
            return WaiverState.EXPIRED
        signed = {a.by for a in self.approvals if a.at <= at}
        return WaiverState.ACTIVE if len(signed) >= self.approvals_needed else WaiverState.REQUESTED

    def covers(self, fingerprint: str, consumer: str, environment: str) -> bool:
        """Whether it speaks of this break for this consumer there, whatever its state."""
        return (
            fingerprint in self.fingerprints
            and consumer in self.consumers
            and self.environment in {"", environment}
        )
