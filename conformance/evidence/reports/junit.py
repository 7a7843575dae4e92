"""The run as JUnit XML: one test case per operation and cause, so any CI server can show it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from conformance.evidence.failure import Failure
from conformance.evidence.reports.text import place
from conformance.evidence.run import Outcome, Run
from contracts.reports.hostile import one_line, visible


def render(run: Run) -> str:
    """Unexpected failures fail, tool errors and inconclusive runs are errors, the rest passes."""
    cases = [_failed(f) for f in run.failures]
    broken = {o for f in run.failures for o in f.operations}
    for result in run.operations:
        if result.operation not in broken:
            case = ET.Element("testcase", classname="operation", name=one_line(result.operation))
            if result.skipped:
                ET.SubElement(case, "skipped", message=one_line(result.skipped))
            cases.append(case)
    if run.outcome in {Outcome.INCONCLUSIVE, Outcome.ERROR, Outcome.CANCELLED}:
        case = ET.Element("testcase", classname="run", name=run.outcome.value)
        ET.SubElement(case, "error", message=one_line(run.reason))
        cases.append(case)
    totals = {
        "tests": str(len(cases)),
        "failures": str(sum(c.find("failure") is not None for c in cases)),
        "errors": str(sum(c.find("error") is not None for c in cases)),
        "time": f"{run.duration:.3f}",
    }
    root = ET.Element("testsuites", {"name": "interlock conformance", **totals})
    name = f"{one_line(run.contract)} {one_line(run.suite)}"
    suite = ET.SubElement(root, "testsuite", {"name": name, **totals})
    properties = ET.SubElement(suite, "properties")
    for key in ("target", "environment", "sha256", "seed", "started_at", "system_version"):
        value = visible(str(getattr(run, key)))
        ET.SubElement(properties, "property", name=key, value=value)
    suite.extend(cases)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _failed(failure: Failure) -> ET.Element:
    title = f"{one_line(failure.title)}: {one_line(failure.operation)}"
    case = ET.Element("testcase", classname=failure.check, name=title)
    if failure.place is not None and failure.place.line is not None:
        case.set("file", one_line(failure.place.source or ""))
        case.set("line", str(failure.place.line))
    detail = "\n".join(filter(None, (failure.message, place(failure), failure.curl)))
    if failure.known is not None:
        ET.SubElement(case, "skipped", message=one_line(failure.known)).text = visible(detail)
    else:
        shown = {"type": failure.severity.value, "message": one_line(failure.message)[:300]}
        ET.SubElement(case, "failure", shown).text = visible(detail)
    return case
