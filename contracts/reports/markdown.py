"""The report as a comment for a pull or merge request."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.reports import exact, phrases
from contracts.reports.hostile import code_block, code_span, html_in_markdown, markdown
from contracts.verdict import Finding, Level, Place, Report, Verdict

_SIGN = {Verdict.COMPATIBLE: "✅", Verdict.BREAKING: "❌", Verdict.UNKNOWN: "❔"}
_LEVEL_SIGN = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.INFO: "ℹ️", Level.UNKNOWN: "❔"}
_PAYLOAD = 4000


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
    for finding in phrases.ordered(report):
        yield ""
        yield from _finding(finding, report)
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


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    title = code_span(finding.rule)
    yield f"### {_LEVEL_SIGN[finding.level]} {finding.level.value}: {title}"
    yield ""
    yield markdown(finding.message)
    yield ""
    yield from _place("Old", finding.old, report.old_name)
    yield from _place("New", finding.new, report.new_name)
    if finding.where:
        yield f"- Reaches: {phrases.listed([code_span(label) for label in finding.where])}"
    if finding.consumers:
        label = phrases.consumers_label(finding).capitalize()
        yield f"- {label}: {', '.join(f'**{markdown(name)}**' for name in finding.consumers)}"
    if finding.advice:
        yield f"- Advice: {markdown(finding.advice)}"
    if finding.assumptions:
        yield f"- Assumed: {', '.join(map(code_span, finding.assumptions))}"
    if finding.witness is not None:
        witness = finding.witness
        yield ""
        yield f"<details><summary>Witness: {html_in_markdown(phrases.witness(witness))}</summary>"
        yield ""
        payload = witness.as_message or exact.text(witness.value, indent=2)
        if len(payload) > _PAYLOAD:
            payload = payload[:_PAYLOAD] + "\n…"
        yield code_block(payload, "" if witness.as_message else "json")
        yield ""
        if witness.error:
            at = f" (at {code_span(witness.instance)})" if witness.instance else ""
            yield f"{markdown(witness.error)}{at}"
            yield ""
        yield "</details>"


def _place(label: str, at: Place | None, fallback: str) -> Iterator[str]:
    if at is not None:
        value = phrases.short_value(at)
        shown = f" = {code_span(value)}" if value is not None else ""
        yield f"- {label}: {code_span(phrases.place(at, fallback))}{shown}"
