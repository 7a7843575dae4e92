"""Conformance evidence: runs and the failures they found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class RunStatus(StrEnum):
    """Where a run stands. Only the last five are final."""

    QUEUED = "queued"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    """It ran and proves nothing: endpoint down, login lost, budget spent too early."""
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """Its worker died."""

    @property
    def final(self) -> bool:
        """Whether it will not change any more."""
        return self not in {RunStatus.QUEUED, RunStatus.RUNNING}


@dataclass(frozen=True, slots=True)
class RunFailure:
    """One cause, with the exchange that shows it."""

    check: str
    title: str
    message: str
    operation: str = ""
    severity: str = "error"
    pointer: str = ""
    """The violated place in the contract."""
    line: int | None = None
    curl: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    cause: str = ""
    """The same in every run that finds it; empty in runs stored before causes were kept."""
    known: str | None = None
    """The owner's reason, where the failure was expected."""
    related: tuple[str, ...] = ()
    """Other checks that failed on the same cause."""
    operations: tuple[str, ...] = ()
    """Everywhere it was seen; ``operation`` is where its example comes from."""
    steps: tuple[str, ...] = ()
    """The requests that lead to it as ``curl``, oldest first."""
    phase: str = ""
    source: str = ""
    """The file whose ``line`` it is."""
    example: Any = None
    """The message or the row that shows it, where there is no request."""

    @property
    def key(self) -> str:
        """What is compared between runs: the cause, or what comes closest in old runs."""
        return self.cause or f"{self.check} {self.operation} {self.pointer}"


@dataclass(frozen=True, slots=True)
class Run:
    """One conformance run, tied to the contract's bytes, the system's version and the place."""

    id: str
    contract: str
    number: str
    sha256: str
    environment: str
    system: str
    system_version: str
    url: str
    suite: str
    status: RunStatus
    requested_at: datetime
    requested_by: str
    seed: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    heartbeat_at: datetime | None = None
    worker: str = ""
    attempt: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the suite was told: phases, examples, budget, methods."""
    summary: Mapping[str, Any] = field(default_factory=dict)
    """Counts and parts of the conformance index, as ``conformance.evidence`` gives them."""
    failures_count: int = 0
    note: str = ""
    """Why it is inconclusive, cancelled or interrupted."""
