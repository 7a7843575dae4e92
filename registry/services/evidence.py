"""The evidence of a run as the registry stores it, and back again, with nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from conformance.evidence import Failure, Outcome, RecordedRequest, RecordedResponse, Severity
from conformance.evidence import Run as Evidence
from contracts.verdict import Place
from registry.domain import Run, RunFailure, RunStatus
from registry.services.record_run import FinishRun

STATUS = {
    Outcome.PASSED: RunStatus.PASSED,
    Outcome.FAILED: RunStatus.FAILED,
    Outcome.INCONCLUSIVE: RunStatus.INCONCLUSIVE,
    Outcome.CANCELLED: RunStatus.CANCELLED,
    Outcome.ERROR: RunStatus.INCONCLUSIVE,
}
_SEVERITY = {"error": Severity.HIGH, "warning": Severity.MEDIUM}
"""How failures were called that were stored by hand."""


def result_of(run_id: str, evidence: Evidence) -> FinishRun:
    """Evidence as the registry stores it."""
    whole: Mapping[str, Any] = evidence.to_json()
    return FinishRun(
        run=run_id,
        status=STATUS[evidence.outcome],
        failures=[_stored(failure) for failure in evidence.failures],
        summary={name: value for name, value in whole.items() if name != "failures"},
        note=evidence.reason,
    )


def evidence_of(run: Run, failures: Sequence[RunFailure]) -> Evidence:
    """The evidence a run was stored from; what it never had stays empty."""
    outcome = run.summary.get("outcome") or {
        RunStatus.INTERRUPTED: Outcome.INCONCLUSIVE,
        RunStatus.QUEUED: Outcome.INCONCLUSIVE,
        RunStatus.RUNNING: Outcome.INCONCLUSIVE,
    }.get(run.status, run.status.value)
    own = {
        "id": run.id,
        "suite": run.suite,
        "contract": run.contract,
        "sha256": run.sha256,
        "environment": run.environment,
        "target": run.url,
        "started_at": run.started_at.isoformat() if run.started_at else "",
        "finished_at": run.finished_at.isoformat() if run.finished_at else "",
        "outcome": outcome,
        "reason": run.note,
        "system": run.system,
        "system_version": run.system_version,
        "seed": run.seed,
    }
    kept = {n: v for n, v in run.summary.items() if v is not None and n not in _LISTS}
    kept |= {name: _rows(run.summary.get(name)) for name in ("operations", "errors")}
    kept["warnings"] = [w for w in _list(run.summary.get("warnings")) if isinstance(w, str)]
    bare = Evidence.from_json({**own, **kept})
    return replace(bare, failures=tuple(_told(failure) for failure in failures))


_LISTS = frozenset({"operations", "errors", "warnings", "failures"})


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _rows(value: Any) -> list[Any]:
    """Rows as evidence has them; a summary that a registry was given may hold anything."""
    return [r for r in _list(value) if isinstance(r, Mapping) and {"operation", "message"} & set(r)]


def _stored(failure: Failure) -> RunFailure:
    place = failure.place
    return RunFailure(
        check=failure.check,
        title=failure.title,
        message=failure.message,
        operation=failure.operation,
        severity=failure.severity.value,
        pointer=place.pointer if place else "",
        line=place.line if place else None,
        curl=failure.curl or "",
        request=failure.request.to_json() if failure.request else {},
        response=failure.response.to_json() if failure.response else {},
        count=failure.count,
        cause=failure.cause,
        known=failure.known,
        related=failure.related,
        operations=failure.operations or (failure.operation,),
        steps=failure.steps,
        phase=failure.phase or "",
        source=(place.source or "") if place else "",
        example=failure.example,
    )


def _told(failure: RunFailure) -> Failure:
    request, response = failure.request, failure.response
    heavy = failure.severity in set(Severity)
    return Failure(
        check=failure.check,
        title=failure.title,
        message=failure.message,
        operation=failure.operation,
        severity=Severity(failure.severity)
        if heavy
        else _SEVERITY.get(failure.severity, Severity.LOW),
        cause=failure.key,
        request=RecordedRequest.from_json(_message(request)) if request.get("method") else None,
        response=RecordedResponse.from_json(_message(response)) if response.get("status") else None,
        place=Place(failure.pointer, failure.line, failure.source or None)
        if failure.pointer or failure.line
        else None,
        curl=failure.curl or None,
        steps=failure.steps,
        phase=failure.phase or None,
        example=failure.example,
        count=failure.count,
        operations=failure.operations or (failure.operation,),
        known=failure.known,
        related=failure.related,
    )


def _message(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Headers as pairs, however they were stored."""
    headers = stored.get("headers") or ()
    pairs = list(headers.items()) if isinstance(headers, Mapping) else headers
    return {"url": "", **stored, "headers": pairs}
