"""The report for programs; its own schema is ``docs/reference/report.schema.json``."""

from __future__ import annotations

from typing import Any

from contracts.reports import exact
from contracts.verdict import Elided, Finding, Place, Report, Witness

VALUE_LIMIT = 4096
"""Characters of JSON above which a place's value is left out and marked ``elided``."""


def render(report: Report) -> str:
    """The report as one JSON object, indented, numbers digit for digit."""
    return exact.text(as_json(report), indent=2) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    """The report as a JSON value, for those who put it into something larger."""
    return {
        "verdict": report.verdict.value,
        "mode": report.mode.value,
        "format": report.format,
        "recommended_bump": report.recommended_bump.value,
        "old": {"name": report.old_name, "sha256": report.old_sha256},
        "new": {"name": report.new_name, "sha256": report.new_sha256},
        "summary": dict(report.summary),
        "changes": dict(report.changes),
        "assumptions": list(report.assumptions),
        "consumers": {
            name: {
                "verdict": consumer.verdict.value,
                "findings": list(consumer.findings),
                "reason": consumer.reason,
                "declared": consumer.declared,
            }
            for name, consumer in report.consumers.items()
        },
        "breaking_for_none": report.breaking_for_none,
        "knowledge": {
            "consumers": report.knowledge.consumers,
            "declared": report.knowledge.declared,
        },
        "findings": [finding_as_json(finding) for finding in report.findings],
    }


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """One finding as it stands in the report."""
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "direction": finding.direction.value,
        "old": _place(finding.old),
        "new": _place(finding.new),
        "witness": _witness(finding.witness),
        "consumers": list(finding.consumers),
        "where": list(finding.where),
        "advice": finding.advice,
        "assumptions": list(finding.assumptions),
        "fingerprint": finding.fingerprint,
    }


def _place(at: Place | None) -> dict[str, Any] | None:
    if at is None:
        return None
    place = {"pointer": at.pointer, "line": at.line, "source": at.source, "value": at.value}
    if at.file:
        place["file"] = at.file
    if exact.dumps(at.value, limit=VALUE_LIMIT) is None:
        place["value"] = None
        place["elided"] = True
    return place


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    told = {
        "value": witness.value,
        "written_by": witness.written_by,
        "rejected_by": witness.rejected_by,
        "error": witness.error,
        "instance": witness.instance,
        "as_message": witness.as_message,
    }
    if witness.elided:
        told["elided"] = [elided_as_json(one) for one in witness.elided]
    return told


def elided_as_json(elided: Elided) -> dict[str, Any]:
    """What a payload shows in short, and how to make the whole of it."""
    parts = [{"of": part.of, "times": part.times} for part in elided.parts]
    return {"at": elided.at, "length": elided.length, "parts": parts}
