"""A candidate as the version that it would be, and as one side of a comparison."""

from __future__ import annotations

from datetime import datetime

from contracts.verdict import Report
from registry.domain import Lifecycle, Reference, Version
from registry.services.candidate import Candidate, status_of
from registry.services.comparison import Side
from registry.services.resolving import Resolved


def version_of(
    candidate: Candidate,
    resolved: Resolved,
    now: datetime,
    by: str,
    same: Version | None,
    baseline: Version | None,
    report: Report | None,
) -> Version:
    """The version to store; ``same`` has its number already, ``baseline`` is what it follows."""
    status = status_of(candidate.sidecar, candidate.number)
    lifecycle = Lifecycle(status.value) if status else Lifecycle.ACTIVE
    if candidate.branch:
        lifecycle = Lifecycle.PROPOSED
    return Version(
        contract=candidate.sidecar.id,
        number=candidate.number,
        sha256=candidate.sha256,
        sidecar_sha256=candidate.sidecar_sha256,
        format=candidate.format,
        format_version=candidate.format_version,
        filename=candidate.filename,
        size=len(candidate.raw),
        published_at=now,
        published_by=by,
        branch=candidate.branch,
        revision=same.revision + 1 if same else 1,
        lifecycle=lifecycle,
        baseline=baseline.label if baseline else None,
        verdict=report.verdict if report else None,
        bump=report.recommended_bump if report else None,
        notes=candidate.notes,
        references=resolved.references,
        resolved_sha256=resolved.sha256,
    )


def side_of(candidate: Candidate, references: tuple[Reference, ...]) -> Side:
    """The candidate as one side of a comparison."""
    return Side(
        f"{candidate.sidecar.id} {candidate.number}",
        candidate.sha256,
        candidate.raw,
        candidate.sidecar_sha256,
        candidate.sidecar_raw,
        references,
        candidate.document if candidate.document.syntax == "json" else None,
    )
