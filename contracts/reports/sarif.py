"""The report as SARIF 2.1.0 (OASIS), for code scanning views."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from contracts.compatibility.rules import RULES
from contracts.reports import exact, phrases
from contracts.reports.hostile import markdown, visible
from contracts.reports.json import elided_as_json
from contracts.verdict import Finding, Level, Place, Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVEL = {
    Level.ERROR: "error",
    Level.WARNING: "warning",
    Level.INFO: "note",
    Level.UNKNOWN: "none",
}


def render(report: Report) -> str:
    """One run, one result a finding; the place in the new document first, the old one related."""
    rules = list(dict.fromkeys(finding.rule for finding in report.findings))
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "artifacts": _artifacts(report),
        "results": [
            _result(finding, rules.index(finding.rule), report) for finding in report.findings
        ],
        "properties": {
            "verdict": report.verdict.value,
            "mode": report.mode.value,
            "format": report.format,
            "recommendedBump": report.recommended_bump.value,
            "assumptions": list(report.assumptions),
        },
    }
    return exact.text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(rules: list[str]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "Interlock", "rules": [_rule(rule) for rule in rules]}
    with suppress(PackageNotFoundError):  # run from a source tree that is not installed
        driver["semanticVersion"] = version("interlock")
    return driver


def _rule(rule: str) -> dict[str, Any]:
    where = phrases.documentation(rule)
    title = phrases.rule_title(rule)
    known = RULES.get(rule)
    return {
        "id": visible(rule),
        "shortDescription": {"text": known.summary if known else visible(title) + "."},
        "help": {
            "text": (known.advice + "\n" if known else "")
            + f"See {visible(where)} in Interlock's repository.",
            "markdown": f"[{markdown(title)}]({quote(visible(where), safe='/#.-_~')})",
        },
    }


def _artifacts(report: Report) -> list[dict[str, Any]]:
    sides = ((report.old_name, report.old_sha256), (report.new_name, report.new_sha256))
    return [
        {"location": {"uri": uri(name)}, **({"hashes": {"sha-256": sha}} if sha else {})}
        for name, sha in dict.fromkeys(sides)
    ]


def _result(finding: Finding, index: int, report: Report) -> dict[str, Any]:
    lead, other = (
        ((finding.new, report.new_name), (finding.old, report.old_name))
        if finding.new is not None
        else ((finding.old, report.old_name), (None, report.new_name))
    )
    result: dict[str, Any] = {
        "ruleId": visible(finding.rule),
        "ruleIndex": index,
        # SARIF 3.27.9, 3.27.10: a level other than none belongs to the kind "fail"
        "kind": "open" if finding.level is Level.UNKNOWN else "fail",
        "level": _LEVEL[finding.level],
        "message": {"text": _message(finding)},
        "locations": [_location(lead[0], lead[1])],
        "partialFingerprints": {"interlock/v1": finding.fingerprint},
        "properties": {
            "direction": finding.direction.value,
            "consumers": list(finding.consumers),
            "where": list(finding.where),
        },
    }
    if other[0] is not None:
        related = _location(other[0], other[1])
        result["relatedLocations"] = [{**related, "message": {"text": "In the old version."}}]
    if finding.witness is not None:
        result["properties"]["witness"] = finding.witness.value
        if finding.witness.elided:
            elided = [elided_as_json(one) for one in finding.witness.elided]
            result["properties"]["witnessElided"] = elided
    return result


def _message(finding: Finding) -> str:
    parts = [visible(finding.message) or visible(finding.rule)]
    if finding.witness is not None:
        payload = finding.witness.as_message or exact.dumps(finding.witness.value, limit=2000)
        if payload is not None:
            parts.append(f"{phrases.witness(finding.witness).capitalize()}: {visible(payload)}")
    if finding.consumers:
        parts.append(
            f"{phrases.consumers_label(finding).capitalize()} {', '.join(finding.consumers)}."
        )
    if finding.advice:
        parts.append(visible(finding.advice))
    return "\n".join(parts)


def _location(at: Place | None, name: str) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": uri(at.source if at and at.source else name)}
    }
    if at is not None and at.line is not None:
        physical["region"] = {"startLine": at.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if at is not None and at.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(at.pointer)}]
    return location


def uri(name: str) -> str:
    """A file name as a URI reference (RFC 3986): relative names stay relative."""
    path = PurePath(name.encode("utf-8", "replace").decode())
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
