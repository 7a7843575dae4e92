"""The report as a GitLab Code Quality artifact."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any

from contracts.reports import exact, phrases
from contracts.reports.hostile import one_line
from contracts.verdict import Finding, Level, Report

_SEVERITY = {
    Level.ERROR: "critical",
    Level.UNKNOWN: "major",
    Level.WARNING: "minor",
    Level.INFO: "info",
}


def render(report: Report) -> str:
    """A JSON list, one issue a finding; fingerprints are unique within the report."""
    seen: dict[str, int] = {}
    issues = []
    for finding in phrases.ordered(report):
        count = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        issues.append(_issue(finding, report, count))
    return exact.text(issues, indent=2) + "\n"


def _issue(finding: Finding, report: Report, occurrence: int) -> dict[str, Any]:
    at, name = (finding.new, report.new_name) if finding.new else (finding.old, report.old_name)
    path = PurePath((at.source if at else None) or name).as_posix()
    text = f"{finding.fingerprint}\0{occurrence}" if occurrence > 1 else finding.fingerprint
    return {
        "description": one_line(_description(finding)),
        "check_name": one_line(finding.rule),
        "fingerprint": hashlib.sha256(text.encode()).hexdigest(),
        "severity": _SEVERITY[finding.level],
        "location": {"path": one_line(path), "lines": {"begin": (at.line if at else None) or 1}},
    }


def _description(finding: Finding) -> str:
    if not finding.consumers:
        return finding.message
    return f"{finding.message} ({phrases.consumers_label(finding)} {', '.join(finding.consumers)})"
