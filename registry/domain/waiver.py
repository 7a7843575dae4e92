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

    It counts once every team in ``teams`` has signed and ``approvals_needed`` persons have.
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
    """Different persons who must sign."""
    teams: frozenset[str] = frozenset()
    """Teams of its consumers when it was requested: each must sign."""
    approvals: tuple[Approval, ...] = ()
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def state(self, at: datetime) -> WaiverState:
        """Where it stood at that instant."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return WaiverState.REVOKED
        if self.expires_at <= at:
            return WaiverState.EXPIRED
        return WaiverState.REQUESTED if self.lacks(at) else WaiverState.ACTIVE

    def lacks(self, at: datetime) -> tuple[str, ...]:
        """What it waits for at that instant: teams that have not signed, or one more person."""
        given = [a for a in self.approvals if a.at <= at]
        teams = sorted(self.teams - {a.team for a in given})
        if teams:
            return tuple(f"the signature of {team}" for team in teams)
        more = self.approvals_needed - len({a.by for a in given})
        return (f"{more} more person{'s' * (more > 1)}",) if more > 0 else ()

    def covers(self, fingerprint: str, consumer: str, environment: str) -> bool:
        """Whether it speaks of this break for this consumer there, whatever its state."""
        return (
            fingerprint in self.fingerprints
            and consumer in self.consumers
            and self.environment in {"", environment}
        )
