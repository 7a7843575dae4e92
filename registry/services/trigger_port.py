"""What use cases need to remember of triggers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from registry.domain import Trigger


class Triggers(Protocol):
    """Schedules and inbound webhooks."""

    def get(self, id_: str) -> Trigger: ...
    def put(self, trigger: Trigger) -> None: ...
    def remove(self, id_: str) -> None: ...
    def search(self, contract: str, environment: str, limit: int) -> Sequence[Trigger]:
        """Newest first; an empty name does not filter."""

    def declared_by(self, contract: str, origin: str) -> Sequence[Trigger]: ...
    def due(self, now: datetime, limit: int) -> Sequence[Trigger]:
        """Schedules whose time has come, locked; what another worker holds is skipped."""
