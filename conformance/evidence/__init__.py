"""What a conformance run saw: plain values that can be stored, shown, mailed and compared."""

from __future__ import annotations

from conformance.evidence.failure import (
    Failure,
    RecordedRequest,
    RecordedResponse,
    Severity,
    cause_id,
)
from conformance.evidence.grouping import group
from conformance.evidence.heading import Contract, Heading
from conformance.evidence.objective import Objective
from conformance.evidence.redaction import REDACTED, Redactor
from conformance.evidence.run import OperationResult, Outcome, Run, ToolError

__all__ = [
    "REDACTED",
    "Contract",
    "Failure",
    "Heading",
    "Objective",
    "OperationResult",
    "Outcome",
    "RecordedRequest",
    "RecordedResponse",
    "Redactor",
    "Run",
    "Severity",
    "ToolError",
    "cause_id",
    "group",
]
