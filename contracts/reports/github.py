"""The report as GitHub Actions workflow commands, which annotate the changed files."""

from __future__ import annotations

from contracts.reports import exact, phrases
from contracts.reports.hostile import visible
from contracts.verdict import Finding, Level, Report, Verdict

_COMMAND = {
    Level.ERROR: "error",
    Level.WARNING: "warning",
    Level.INFO: "notice",
    Level.UNKNOWN: "warning",
}
_VERDICT = {Verdict.BREAKING: "error", Verdict.UNKNOWN: "warning", Verdict.COMPATIBLE: "notice"}


def render(report: Report) -> str:
    """One command a finding after one for the verdict; text from documents cannot add commands."""
    headline = f"{phrases.verdict(report)} {phrases.counts(report).capitalize()}."
    title = f"Interlock: {report.verdict.value}"
    lines = [_command(_VERDICT[report.verdict], {"title": title}, headline)]
    lines += [_finding(finding, report) for finding in phrases.ordered(report)]
    return "\n".join(lines) + "\n"


def _finding(finding: Finding, report: Report) -> str:
    at, name = (finding.new, report.new_name) if finding.new else (finding.old, report.old_name)
    properties = {}
    if at is not None:
        properties["file"] = at.source or name
        if at.line is not None:
            properties["line"] = str(at.line)
    properties["title"] = f"{finding.rule} ({finding.level.value})"
    parts = [finding.message]
    if finding.witness is not None:
        payload = finding.witness.as_message or exact.dumps(finding.witness.value, limit=1000)
        if payload is not None:
            parts.append(f"Witness: {phrases.witness(finding.witness)}:\n{payload}")
    if finding.consumers:
        label = phrases.consumers_label(finding).capitalize()
        parts.append(f"{label}: {', '.join(finding.consumers)}.")
    if finding.advice:
        parts.append(f"Advice: {finding.advice}")
    return _command(_COMMAND[finding.level], properties, "\n".join(parts))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{_data(message)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
