"""What is shown to external partners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ShareKind(StrEnum):
    """What a share names."""

    CONTRACT = "contract"
    SYSTEM = "system"
    """Every contract that the system provides."""
    TAG = "tag"
    """Every contract with the tag."""


@dataclass(frozen=True, slots=True)
class Share:
    """The partners of one team may see a contract, what a system provides, or what has a tag."""

    id: str
    kind: ShareKind
    subject: str
    """Name of the contract, id of the system, or the tag."""
    team: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def holds(self, at: datetime) -> bool:
        """Whether it counts at that instant."""
        ended = self.revoked_at is not None and self.revoked_at <= at
        return not ended and (self.expires_at is None or at < self.expires_at)
