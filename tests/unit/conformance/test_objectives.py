"""Declared answer time and availability: kept, missed, or not enough to say."""

from __future__ import annotations

import pytest

from conformance.evidence import Objective, OperationResult
from conformance.http.latency import objective_failures, objectives
from conformance.plan import Suite

DOCUMENT = {"paths": {"/a": {"get": {"responses": {"200": {}}}}}}


def result(
    answers: int, *, p95: float | None = 0.1, unanswered: int = 0, **more: int
) -> OperationResult:
    statuses = {"200": answers - sum(more.values()), **{k[1:]: n for k, n in more.items()}}
    return OperationResult("GET /a", answers, statuses, ("200",), p95=p95, unanswered=unanswered)


AVAILABILITY: list[tuple[float, OperationResult, bool | None]] = [
    (99.9, result(1000), True),
    (99.9, result(999), None),
    (99.9, result(1000, s503=1), True),
    (99.9, result(1000, s503=2), False),
    (99.9, result(998, unanswered=2), False),
    (99.9, result(1000, s500=50), True),
    (99.0, result(100, s504=2), False),
    (50.0, result(60), None),
    (100.0, result(5000, s502=1), None),
]


@pytest.mark.parametrize(("declared", "seen", "kept"), AVAILABILITY)
def test_availability(declared: float, seen: OperationResult, kept: bool | None) -> None:
    (found,) = objectives(Suite(availability=declared), (seen,))
    assert (found.name, found.kept) == ("availability", kept)
    failures = objective_failures((found,), DOCUMENT)
    assert [f.check for f in failures] == ["availability_objective"] * (kept is False)
    assert ("not enough" in found.sentence) is (kept is None)
    assert Objective.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        (result(100, p95=0.2), True),
        (result(100, p95=0.31), False),
        (result(99, p95=0.31), None),
        (result(10, p95=None), None),
    ],
)
def test_answer_time(seen: OperationResult, kept: bool | None) -> None:
    (found,) = objectives(Suite(latency_p95=0.3), (seen,))
    assert found.kept is kept
    failures = objective_failures((found,), DOCUMENT)
    assert [(f.check, f.operation) for f in failures] == [("latency_objective", "GET /a")] * (
        kept is False
    )
    assert all(f.place and f.place.pointer == "/paths/~1a/get" for f in failures)


def test_what_is_not_declared_is_not_measured() -> None:
    assert objectives(Suite(), (result(500),)) == ()
    assert objectives(Suite(availability=99.0), (OperationResult("GET /a", skipped="x"),)) == ()
