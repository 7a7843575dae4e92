"""The run as SARIF 2.1.0 (OASIS): failures where the contract's promise stands."""

from __future__ import annotations

import json
from typing import Any

from conformance.evidence.failure import Failure, Severity
from conformance.evidence.run import Run
from contracts.reports.hostile import one_line, visible
from contracts.reports.sarif import SCHEMA, uri

_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}


def render(run: Run) -> str:
    """One result a cause; causes that somebody owns are suppressed, not left out."""
    rules = list(dict.fromkeys(failure.check for failure in run.failures))
    driver = {
        "name": "Interlock conformance",
        "rules": [{"id": visible(rule)} for rule in rules],
    }
    found = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(failure, rules.index(failure.check)) for failure in run.failures],
        "invocations": [
            {
                "executionSuccessful": not run.errors,
                "startTimeUtc": run.started_at,
                "endTimeUtc": run.finished_at,
            }
        ],
        "properties": {
            "outcome": run.outcome.value,
            "target": visible(run.target),
            "environment": visible(run.environment),
            "suite": visible(run.suite),
            "seed": run.seed,
        },
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [found]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _result(failure: Failure, index: int) -> dict[str, Any]:
    text = f"{failure.title}: {failure.operation}. {failure.message}"
    if failure.curl:
        text += f"\n\n{failure.curl}"
    result: dict[str, Any] = {
        "ruleId": visible(failure.check),
        "ruleIndex": index,
        "level": _LEVEL[failure.severity],
        "message": {"text": visible(text)},
        "partialFingerprints": {"interlock/cause": failure.cause},
        "occurrenceCount": failure.count,
    }
    place = failure.place
    if place is not None and place.source is not None:
        location: dict[str, Any] = {"artifactLocation": {"uri": uri(place.source)}}
        if place.line is not None:
            location["region"] = {"startLine": place.line}
        logical = {"fullyQualifiedName": one_line(place.pointer)}
        result["locations"] = [{"physicalLocation": location, "logicalLocations": [logical]}]
    if failure.known is not None:
        known = {"kind": "external", "justification": visible(failure.known)}
        result["suppressions"] = [known]
    return result
