"""What starts conformance runs by itself: a schedule, or a call from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class TriggerKind(StrEnum):
    """What a trigger waits for."""

    SCHEDULE = "schedule"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One contract in one environment, checked by one suite, whenever it is time."""

    id: str
    kind: TriggerKind
    contract: str
    environment: str
    created_at: datetime
    created_by: str
    suite: str = ""
    system: str = ""
    """Which of the contract's providers; empty: the first that has an endpoint there."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    cron: str = ""
    """Of a schedule: the five fields of cron, in UTC."""
    next_at: datetime | None = None
    sealed_secret: str = field(default="", repr=False)
    """Of a webhook: what its callers sign or send, encrypted; shown once."""
    origin: str = ""
    """``sidecar`` where the contract's sidecar declares it; such a one goes with the sidecar."""
    last_at: datetime | None = None
    last_run: str = ""
    last_error: str = ""
    """Why the last time no run was started; empty if one was."""

    @property
    def name(self) -> str:
        """Who asks for its runs, as the audit log has it."""
        return f"{self.kind} {self.id}"
