"""The declared answer time, measured; too few samples are "not enough", never a pass."""

from __future__ import annotations

from collections.abc import Collection

from conformance.evidence import Failure, OperationResult, Severity, cause_id
from conformance.http.operations import operations
from conformance.plan import Suite
from contracts.verdict import Json, Place

SAMPLES = 100
"""Below this many answers a 95th percentile says little."""


SHOWN_FROM = 20
"""Below this many answers it is not even shown."""


def percentile(samples: Collection[float]) -> float | None:
    """The 95th percentile in seconds; None below 20 samples."""
    if len(samples) < SHOWN_FROM:
        return None
    ordered = sorted(samples)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 6)


def latency_failures(
    suite: Suite, results: tuple[OperationResult, ...], document: Json
) -> tuple[Failure, ...]:
    """Operations whose measured 95th percentile is above the suite's objective (seconds)."""
    objective = suite.latency_p95
    if objective is None or "latency_objective" not in suite.checks:
        return ()
    places = {o.label: o.pointer for o in operations(document)}
    return tuple(
        Failure(
            check="latency_objective",
            title="Slower than declared",
            message=f"95 % of {sum(r.statuses.values())} answers came within "
            f"{r.p95 * 1000:.0f} ms; declared are {objective * 1000:.0f} ms",
            operation=r.operation,
            severity=Severity.MEDIUM,
            cause=cause_id("latency_objective", r.operation),
            place=Place(places[r.operation]) if r.operation in places else None,
            operations=(r.operation,),
        )
        for r in results
        if r.p95 is not None and r.p95 > objective and sum(r.statuses.values()) >= SAMPLES
    )
