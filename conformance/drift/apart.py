"""Drift looked for in a process of its own: recordings and contracts come from anybody."""

from __future__ import annotations

import base64
import threading
from collections.abc import Sequence

from conformance.evidence import Run
from conformance.process import Caps, child, follow, give
from contracts.documents import Document
from contracts.errors import ContractError, DocumentUnreadable

BUDGET = 20.0
"""Seconds it may take."""
CAPS = Caps(memory=1 << 30, cpu_slack=10)


def drift_apart(
    document: Document, recordings: Sequence[tuple[str, bytes]], *, base: str = ""
) -> Run:
    """As :func:`conformance.drift.drift`, capped.

    Raises:
        ContractError: a recording cannot be read, or it took too long.
    """
    job = {
        "name": document.name,
        "document": base64.b64encode(document.raw).decode(),
        "recordings": [(name, base64.b64encode(content).decode()) for name, content in recordings],
        "base": base,
        "memory": CAPS.memory,
        "cpu": int(BUDGET) + CAPS.cpu_slack,
    }
    told = _Told()
    with child("conformance.drift.worker") as process:
        give(process, job)
        for event in follow(process, BUDGET, threading.Event(), told):
            if event["event"] == "finished":
                return Run.from_json(event["run"])
            raise ContractError(str(event["message"]))
    raise DocumentUnreadable(
        f"could not be looked through ({told.why}); give a shorter recording",
        source=", ".join(name for name, _ in recordings),
    )


class _Told:
    def __init__(self) -> None:
        self.cancelled = False
        self.why = "it ended without a result"

    def interrupted(self, why: str) -> None:
        """It was ended by force."""
        self.why = why

    def ended(self, status: int) -> None:
        """It is gone."""
        if status:
            self.why = f"it ended with {status}"
