"""Declared answer time and availability, measured; too few samples are "not enough", not a pass."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from conformance.evidence import Failure, Objective, OperationResult, Severity, cause_id
from conformance.http.operations import operations
from conformance.plan import Suite
from contracts.verdict import Json, Place

SAMPLES = 100
"""Below this many answers a 95th percentile says little."""
SHOWN_FROM = 20
"""Below this many answers it is not even shown."""
UNAVAILABLE = ("502", "503", "504")
"""Answers that say the system is not there; a 500 is a fault of another kind."""


def percentile(samples: Collection[float]) -> float | None:
    """The 95th percentile in seconds; None below 20 samples."""
    if len(samples) < SHOWN_FROM:
        return None
    ordered = sorted(samples)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 6)


def objectives(suite: Suite, results: tuple[OperationResult, ...]) -> tuple[Objective, ...]:
    """What the suite declares, and what was measured of it; nothing declared, nothing measured."""
    asked = [r for r in results if r.skipped is None and r.exercised]
    return (*_latency(suite, asked), *_availability(suite, asked))


def objective_failures(measured: tuple[Objective, ...], document: Json) -> tuple[Failure, ...]:
    """The objectives that were missed, given enough samples."""
    places = {o.label: o.pointer for o in operations(document)}
    found = []
    for objective in measured:
        if objective.kept is not False:
            continue
        latency = bool(objective.operation)
        check = "latency_objective" if latency else "availability_objective"
        pointer = places.get(objective.operation, "/paths")
        found.append(
            Failure(
                check=check,
                title="Slower than declared" if latency else "Less available than declared",
                message=objective.sentence,
                operation=objective.operation or "all operations",
                severity=Severity.MEDIUM if latency else Severity.HIGH,
                cause=cause_id(check, objective.operation),
                place=Place(pointer),
                operations=(objective.operation,) if latency else tuple(places),
            )
        )
    return tuple(found)


def _latency(suite: Suite, asked: list[OperationResult]) -> Iterator[Objective]:
    declared = suite.latency_p95
    if declared is None or "latency_objective" not in suite.checks:
        return
    for result in asked:
        samples = sum(result.statuses.values())
        p95 = result.p95
        yield Objective(
            name="answer time (p95)",
            declared=f"{declared * 1000:g} ms",
            measured=f"{p95 * 1000:.0f} ms" if p95 is not None else "unknown",
            samples=samples,
            needed=SAMPLES,
            kept=None if p95 is None or samples < SAMPLES else p95 <= declared,
            operation=result.operation,
        )


def _availability(suite: Suite, asked: list[OperationResult]) -> Iterator[Objective]:
    declared = suite.availability
    if declared is None or "availability_objective" not in suite.checks or not asked:
        return
    answers = sum(sum(r.statuses.values()) + r.unanswered for r in asked)
    gone = sum(r.unanswered + sum(r.statuses.get(s, 0) for s in UNAVAILABLE) for r in asked)
    share = 100 * (answers - gone) / answers
    needed = max(SAMPLES, math.ceil(1 / max(1e-6, 1 - declared / 100) - 1e-6))
    enough = answers >= needed
    yield Objective(
        name="availability",
        declared=f"{declared:g} %",
        measured=f"{math.floor(share * 1000) / 1000:g} %",
        samples=answers,
        needed=needed,
        kept=share >= declared if enough else None,
    )
