"""A run in parts that can be compared over time: what was tried, what was seen, what failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.evidence.failure import Severity

if TYPE_CHECKING:
    from conformance.evidence.run import Run

WEIGHT = {Severity.CRITICAL: 1.0, Severity.HIGH: 0.6, Severity.MEDIUM: 0.3, Severity.LOW: 0.1}
"""How much of an operation a cause of this severity costs."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the index: ``share`` from 0 to 1, and the numbers behind it."""

    name: str
    share: float
    counted: int
    of: int


def parts(run: Run) -> tuple[Part, ...]:
    """Operations exercised, declared answers seen, operations without failure, failures not known.

    Each is shown with its numbers; no part stands for another.
    """
    asked = [o for o in run.operations if o.skipped is None]
    exercised = sum(o.exercised for o in asked)
    coverage = run.coverage["statuses"]
    lost = 0.0
    for operation in asked:
        causes = [f for f in run.failures if operation.operation in f.operations]
        lost += min(1.0, sum(WEIGHT[f.severity] for f in causes))
    clean = sum(not any(o.operation in f.operations for f in run.failures) for o in asked)
    known = len(run.failures) - len(run.unexpected)
    return (
        _part("operations exercised", exercised, len(asked)),
        _part("declared answers seen", int(coverage["seen"]), int(coverage["declared"])),
        Part(
            "operations without failure",
            round(1 - lost / len(asked), 4) if asked else 0.0,
            clean,
            len(asked),
        ),
        Part(
            "failures nobody owns",
            round(1 - len(run.unexpected) / len(run.failures), 4) if run.failures else 1.0,
            known,
            len(run.failures),
        ),
    )


def _part(name: str, counted: int, of: int) -> Part:
    return Part(name, round(counted / of, 4) if of else 0.0, counted, of)
