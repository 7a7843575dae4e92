"""The report as JUnit XML: one test case a finding, so any CI server can show it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from contracts.reports import exact, phrases
from contracts.reports.hostile import one_line, visible
from contracts.verdict import Finding, Level, Place, Report


def render(report: Report) -> str:
    """Breaking findings as failures, open questions as errors, the rest as passed with output."""
    summary = report.summary
    cases = max(len(report.findings), 1)
    totals: dict[str, str] = {
        "tests": str(cases),
        "failures": str(summary[Level.ERROR.value]),
        "errors": str(summary[Level.UNKNOWN.value]),
    }
    root = ET.Element("testsuites", {"name": "interlock diff", **totals})
    name = f"{one_line(report.old_name)} → {one_line(report.new_name)}"
    suite = ET.SubElement(root, "testsuite", {"name": name, "skipped": "0", **totals})
    _properties(suite, report)
    for finding in phrases.ordered(report):
        _case(suite, finding, report)
    if not report.findings:
        ET.SubElement(suite, "testcase", classname="interlock", name=phrases.verdict(report))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _properties(suite: ET.Element, report: Report) -> None:
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("verdict", report.verdict.value),
        ("mode", report.mode.value),
        ("format", report.format),
        ("recommended_bump", report.recommended_bump.value),
    ):
        ET.SubElement(properties, "property", name=name, value=visible(value))


def _case(suite: ET.Element, finding: Finding, report: Report) -> None:
    at, name = (finding.new, report.new_name) if finding.new else (finding.old, report.old_name)
    attributes = {"classname": one_line(finding.rule), "name": one_line(finding.message)}
    if at is not None:
        attributes["file"] = one_line(at.source or name)
        if at.line is not None:
            attributes["line"] = str(at.line)
    case = ET.SubElement(suite, "testcase", attributes)
    tag = {Level.ERROR: "failure", Level.UNKNOWN: "error"}.get(finding.level)
    detail = _detail(finding, report)
    if tag is None:
        ET.SubElement(case, "system-out").text = detail
        return
    shown = {"type": one_line(finding.rule), "message": one_line(finding.message)}
    ET.SubElement(case, tag, shown).text = detail


def _detail(finding: Finding, report: Report) -> str:
    lines = [f"{finding.level.value}: {finding.message}"]
    sides: tuple[tuple[str, Place | None, str], ...] = (
        ("old", finding.old, report.old_name),
        ("new", finding.new, report.new_name),
    )
    lines += [f"{label}: {phrases.place(at, name)}" for label, at, name in sides if at is not None]
    if finding.where:
        lines.append(f"reaches: {', '.join(finding.where)}")
    if finding.witness is not None:
        payload = finding.witness.as_message or exact.text(finding.witness.value)
        lines.append(f"witness: {phrases.witness(finding.witness)}: {payload}")
        if finding.witness.error:
            lines.append(f"because: {finding.witness.error}")
    if finding.consumers:
        lines.append(f"{phrases.consumers_label(finding)}: {', '.join(finding.consumers)}")
    if finding.advice:
        lines.append(f"advice: {finding.advice}")
    return visible("\n".join(lines))
