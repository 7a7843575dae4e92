"""Reads in a process of its own: capped, cancelled within two seconds, never left behind."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from conformance.evidence import Heading, Outcome, Run
from conformance.http import Progress
from conformance.process import Caps, child, follow, give
from contracts.documents import Document

KINDS = ("events", "data")


@dataclass(frozen=True, slots=True)
class Job:
    """What is read and held against which documents; the first is the contract judged.

    ``url`` may carry a credential; it reaches nothing but the child. ``budget`` in seconds.
    """

    kind: str
    heading: Heading
    documents: tuple[Document, ...]
    url: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    budget: float = 60.0

    def to_json(self, caps: Caps) -> dict[str, Any]:
        """As the child reads it."""
        return {
            "kind": self.kind,
            "heading": self.heading.to_json(),
            "documents": [
                {"name": d.name, "content": base64.b64encode(d.raw).decode()}
                for d in self.documents
            ],
            "url": self.url,
            "settings": dict(self.settings),
            "memory": caps.memory,
            "cpu": int(self.budget) + caps.cpu_slack,
        }


def run(
    job: Job,
    on_event: Callable[[Progress], None] | None = None,
    *,
    cancel: threading.Event | None = None,
    caps: Caps | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Run:
    """Read, and return the evidence; whatever happens there is a Run."""
    started = now()
    told = _Told()
    with child("conformance.passive.worker") as process:
        give(process, job.to_json(caps or Caps()))
        for event in follow(process, job.budget, cancel or threading.Event(), told):
            told.take(event)
            if on_event is not None and event["event"] == "messages":
                on_event(Progress("messages", {k: v for k, v in event.items() if k != "event"}))
    return told.evidence(job.heading, started, now())


class _Told:
    """What the child said until it ended."""

    def __init__(self) -> None:
        self.cancelled = False
        self._seen: Run | None = None
        self._finished = False
        self._refused = ""
        self._trouble = ""

    def take(self, event: Mapping[str, Any]) -> None:
        """One event."""
        kind = event["event"]
        if kind in {"seen", "finished"}:
            self._seen = Run.from_json(event["run"])
            self._finished = kind == "finished"
        elif kind == "refused":
            self._refused = str(event["message"])
        elif kind == "fatal":
            self._trouble = f"{event['title']}: {event['message']}"

    def interrupted(self, why: str) -> None:
        """It was ended by force."""
        self._trouble = self._trouble or why

    def ended(self, status: int) -> None:
        """It is gone; without a last word that is an error."""
        if self._finished or self._refused or self._trouble or self.cancelled:
            return
        self._trouble = (
            f"the reader was ended by signal {-status} (out of memory or CPU time?)"
            if status < 0
            else f"the reader ended with status {status} before it had finished"
        )

    def evidence(self, heading: Heading, started: datetime, ended: datetime) -> Run:
        """What was seen, and what it amounts to."""
        empty = heading.run(started, ended, Outcome.ERROR, "the run ended without a result")
        seen = self._seen or empty
        if self.cancelled:
            return replace(seen, outcome=Outcome.CANCELLED, reason="cancelled")
        if self._trouble:
            return replace(seen, outcome=Outcome.ERROR, reason=self._trouble)
        if self._refused:
            return replace(seen, outcome=Outcome.INCONCLUSIVE, reason=self._refused)
        return seen
