"""A run in parts that can be compared over time: what was tried, what was seen, what failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.evidence.failure import Severity

if TYPE_CHECKING:
    from conformance.evidence.run import OperationResult, Run

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
    """What was exercised, what was seen, what held; each with its numbers, none for another.

    Of constraints (of requests) only where the run generated requests.
    """
    asked = [o for o in run.operations if o.skipped is None]
    exercised = sum(o.exercised for o in asked)
    coverage = run.coverage["statuses"]
    known = len(run.failures) - len(run.unexpected)
    return (
        _part("operations exercised", exercised, len(asked)),
        _part("declared answers seen", int(coverage["seen"]), int(coverage["declared"])),
        *_constraints(asked),
        _clean(run, asked),
        *_by_severity(run, asked),
        _part("known among the failures", known, len(run.failures)),
    )


def _constraints(asked: list[OperationResult]) -> tuple[Part, ...]:
    declared = sum(o.constraints[0] for o in asked)
    if not declared:
        return ()
    return (
        _part("constraints met by requests", sum(o.constraints[1] for o in asked), declared),
        _part("constraints broken on purpose", sum(o.constraints[2] for o in asked), declared),
    )


def _clean(run: Run, asked: list[OperationResult]) -> Part:
    lost = 0.0
    for operation in asked:
        causes = [f for f in run.failures if operation.operation in f.operations]
        lost += min(1.0, sum(WEIGHT[f.severity] for f in causes))
    clean = sum(not any(o.operation in f.operations for f in run.failures) for o in asked)
    share = round(1 - lost / len(asked), 4) if asked else 0.0
    return Part("operations without failure", share, clean, len(asked))


def _by_severity(run: Run, asked: list[OperationResult]) -> tuple[Part, ...]:
    found = []
    for severity in Severity:
        hurt = {o for f in run.failures if f.severity is severity for o in f.operations}
        clean = sum(o.operation not in hurt for o in asked)
        found.append(_part(f"without {severity.value} failure", clean, len(asked)))
    return tuple(found)


def _part(name: str, counted: int, of: int) -> Part:
    return Part(name, round(counted / of, 4) if of else 0.0, counted, of)
