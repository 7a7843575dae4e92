"""What a run amounts to: only what was tested has passed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from conformance.evidence import OperationResult, Outcome, ToolError
from conformance.http.assembly import Assembly
from conformance.plan import Suite
from contracts.documents import from_data

NOW = dt.datetime(2026, 3, 14, tzinfo=dt.UTC)
ANSWERED = OperationResult("GET /orders", requests=20, statuses={"200": 20}, declared=("200",))
SILENT = OperationResult("POST /orders", declared=("201",))
ERROR = ToolError("Schema Error", "the pointer leads nowhere", "GET /orders")


def outcome(operations: list[OperationResult], **more: Any) -> tuple[Outcome, str]:
    document = from_data({"openapi": "3.0.3", "paths": {}}, name="orders.yaml")
    assembly = Assembly(Suite(), document, "http://erp.example", "test", "c", "s", "1", "r", NOW)
    told = {"operations": [one.to_json() for one in operations], "failures": [], **more}
    assembly.take(0, {"event": "finished", **told})
    run = assembly.run(NOW)
    return run.outcome, run.reason


@pytest.mark.parametrize(
    ("operations", "more", "expected", "reason"),
    [
        ([ANSWERED], {}, Outcome.PASSED, ""),
        (
            [ANSWERED],
            {"errors": [ERROR.to_json()]},
            Outcome.INCONCLUSIVE,
            "the generator had 1 error, so not everything was tested: Schema Error",
        ),
        (
            [ANSWERED, SILENT],
            {"errors": [ERROR.to_json()]},
            Outcome.INCONCLUSIVE,
            "1 operation could not be tested: Schema Error",
        ),
        ([SILENT], {}, Outcome.INCONCLUSIVE, "no request was answered"),
    ],
)
def test_only_what_was_tested_has_passed(
    operations: list[OperationResult], more: dict[str, Any], expected: Outcome, reason: str
) -> None:
    assert outcome(operations, **more) == (expected, reason)
