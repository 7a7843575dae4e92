"""The run for a pull request, a ticket or a wiki."""

from __future__ import annotations

from conformance.evidence.failure import Failure
from conformance.evidence.reports.text import place
from conformance.evidence.run import Run
from contracts.reports.hostile import code_block, code_span, markdown


def render(run: Run) -> str:
    """A heading, the sum as a table, and each cause with its command."""
    coverage = run.coverage
    lines = [
        f"## Conformance: {run.outcome.value}",
        "",
        (
            f"{markdown(run.contract)} against {markdown(run.target)} "
            f"({markdown(run.environment)}, suite {markdown(run.suite)}, seed {run.seed})"
        ),
        "",
        *([f"> {markdown(run.reason)}", ""] if run.reason else []),
        "| operations | status codes | requests | duration | failures |",
        "|---|---|---|---|---|",
        (
            f"| {coverage['operations']['exercised']} of {coverage['operations']['declared']} "
            f"| {coverage['statuses']['seen']} of {coverage['statuses']['declared']} "
            f"| {run.requests} | {run.duration:.1f} s | {len(run.failures)} |"
        ),
        "",
    ]
    if run.objectives:
        lines += [*(f"- {markdown(o.sentence)}" for o in run.objectives), ""]
    for failure in run.failures:
        lines += _failure(failure)
    return "\n".join(lines).rstrip("\n") + "\n"


def _failure(failure: Failure) -> list[str]:
    lines = [
        f"### {markdown(failure.title)} ({failure.severity.value})",
        "",
        f"{code_span(failure.operation)}, {failure.count}×, check {code_span(failure.check)}"
        + (f", at {code_span(place(failure))}" if failure.place else ""),
        "",
        code_block(failure.message),
        "",
    ]
    if failure.curl:
        lines += [code_block(failure.curl, "sh"), ""]
    return lines
