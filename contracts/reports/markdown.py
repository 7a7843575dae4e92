"""The report as a comment for a pull or merge request."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.lean_dataclasses import replace
from contracts.reports import exact, phrases
from contracts.reports.blocks import Block, blocks, by_rule, line_of
from contracts.reports.excerpt import excerpt, fault_line
from contracts.reports.hostile import code_block, code_span, html_in_markdown, markdown, prose
from contracts.verdict import Finding, Level, Place, Report, Verdict

_SIGN = {Verdict.COMPATIBLE: "✅", Verdict.BREAKING: "❌", Verdict.UNKNOWN: "❔"}
_LEVEL_SIGN = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.INFO: "ℹ️", Level.UNKNOWN: "❔"}
_PAYLOAD = 4000
_PAYLOAD_LINES = 40
_LONGEST = 50_000
"""Characters for findings: the hosts of pull requests refuse comments longer than 65,536."""


def render(report: Report) -> str:
    """GitHub-flavoured Markdown in which no text from a document becomes markup."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"## {_SIGN[report.verdict]} {report.verdict.value.capitalize()}"
    yield ""
    yield f"{code_span(report.old_name)} → {code_span(report.new_name)}: {phrases.verdict(report)}"
    yield ""
    yield "| Findings | Version bump | Format | Mode |"
    yield "|---|---|---|---|"
    yield (
        f"| {phrases.counts(report)} | {report.recommended_bump.value} "
        f"| {markdown(report.format)} | {report.mode.value} |"
    )
    often = by_rule(report)
    if often:
        yield ""
        yield "| Level | Rule | Findings |"
        yield "|---|---|---|"
        for level, rule, number in often:
            yield f"| {_LEVEL_SIGN[level]} {level.value} | {code_span(rule)} | {number} |"
    yield from _blocks(report)
    if report.consumers:
        yield ""
        yield "### Consumers"
        yield ""
        yield markdown(phrases.hurt(report))
        yield ""
        for name, judged in report.consumers.items():
            sign = _SIGN[judged.verdict]
            yield f"- {sign} **{markdown(name)}** {markdown(phrases.consumer(judged))}"
    if report.assumptions:
        yield ""
        yield f"Assumed: {', '.join(map(code_span, report.assumptions))}."


def _blocks(report: Report) -> Iterator[str]:
    left, hidden = _LONGEST, 0
    for block in blocks(report):
        one = len(block.findings) == 1
        lines = ["", *(_finding(block.first, report) if one else _often(block, report))]
        left -= sum(len(line) + 1 for line in lines)
        if left > 0:
            yield from lines
        else:
            hidden += len(block.findings)
    if hidden:
        yield ""
        yield f"… and {hidden} more findings, too many for one comment: the formats html and json"
        yield "show all."


def _often(block: Block, report: Report) -> Iterator[str]:
    """Many findings of one rule: examples whole, then a line for each."""
    first = block.first
    title = f"{_LEVEL_SIGN[first.level]} {first.level.value}: {code_span(first.rule)}"
    yield f"### {title}, {len(block.findings)} times"
    yield ""
    if first.advice:
        yield f"- Advice: {prose(first.advice)}"
        yield ""
    for finding in block.examples:
        yield from _details(replace(finding, advice=None), report)
        yield ""
    yield f"<details><summary>{'The others' if block.examples else 'All of them'}</summary>"
    yield ""
    for finding in block.lines:
        at = line_of(finding, report)
        yield f"- {prose(finding.message)}{f' ({code_span(at)})' if at else ''}"
    if block.hidden:
        yield f"- … {block.hidden} more: the formats html and json show all"
    yield ""
    yield "</details>"


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    title = code_span(finding.rule)
    yield f"### {_LEVEL_SIGN[finding.level]} {finding.level.value}: {title}"
    yield ""
    yield from _details(finding, report)


def _details(finding: Finding, report: Report) -> Iterator[str]:
    yield prose(finding.message)
    yield ""
    yield from _place("Old", finding.old, report.old_name)
    yield from _place("New", finding.new, report.new_name)
    if not phrases.names_its_place(finding):
        yield f"- Reaches: {phrases.listed([code_span(label) for label in finding.where])}"
    if finding.consumers:
        label = phrases.consumers_label(finding).capitalize()
        yield f"- {label}: {', '.join(f'**{markdown(name)}**' for name in finding.consumers)}"
    if finding.advice:
        yield f"- Advice: {prose(finding.advice)}"
    if finding.assumptions:
        yield f"- Assumed: {', '.join(map(code_span, finding.assumptions))}"
    if finding.witness is not None:
        witness = finding.witness
        yield ""
        yield f"<details><summary>Witness: {html_in_markdown(phrases.witness(witness))}</summary>"
        yield ""
        payload = witness.as_message or exact.text(witness.value, indent=2)
        lines = excerpt(payload.splitlines(), fault_line(witness, payload), _PAYLOAD_LINES)
        payload = "\n".join(lines)
        if len(payload) > _PAYLOAD:
            payload = payload[:_PAYLOAD] + "\n…"
        yield code_block(payload, "" if witness.as_message else "json")
        yield ""
        if witness.error:
            at = f" (at {code_span(witness.instance)})" if witness.instance else ""
            yield f"{markdown(phrases.shortened(witness.error))}{at}"
            yield ""
        yield "</details>"


def _place(label: str, at: Place | None, fallback: str) -> Iterator[str]:
    if at is not None:
        value = phrases.short_value(at)
        shown = f" = {code_span(value)}" if value is not None else ""
        yield f"- {label}: {code_span(phrases.place(at, fallback))}{shown}"
