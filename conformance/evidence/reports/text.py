"""The run for a terminal: what it amounts to, every cause with its place and its command."""

from __future__ import annotations

import json
import textwrap

from conformance.evidence.failure import Failure
from conformance.evidence.run import Outcome, Run
from contracts.reports.hostile import one_line, visible

_WORD = {
    Outcome.PASSED: "PASSED",
    Outcome.FAILED: "FAILED",
    Outcome.INCONCLUSIVE: "INCONCLUSIVE",
    Outcome.CANCELLED: "CANCELLED",
    Outcome.ERROR: "TOOL ERROR",
}
_MESSAGE_LINES = 4
_REQUESTS = ("requests", "operations", "status codes")
_MESSAGES = ("messages", "channels", "messages")


def render(run: Run) -> str:
    """Failures first, the sum last, where a terminal leaves the eye."""
    lines: list[str] = []
    for number, failure in enumerate(run.failures, 1):
        lines += [*_failure(number, failure), ""]
    for error in run.errors:
        lines.append(f"tool error: {one_line(error.title)}: {one_line(error.message)[:200]}")
    lines += [f"note: {one_line(warning)}" for warning in run.warnings]
    lines += _sum(run)
    return "\n".join(lines) + "\n"


def place(failure: Failure) -> str:
    """``file:line pointer`` of the broken promise."""
    if failure.place is None:
        return ""
    at = failure.place
    file = one_line(at.source or "contract") + (f":{at.line}" if at.line else "")
    return f"{file}  {one_line(at.pointer)}"


def _failure(number: int, failure: Failure) -> list[str]:
    known = f"  known: {one_line(failure.known)}" if failure.known else ""
    times = f"{failure.count}×" if failure.count > 1 else "once"
    lines = [
        f"{number}. {one_line(failure.title)}  [{failure.severity.value}, {times}]{known}",
        f"   {one_line(failure.operation)}   ({', '.join((failure.check, *failure.related))})",
    ]
    others = [o for o in failure.operations if o != failure.operation]
    if others:
        lines.append(f"   also: {one_line(', '.join(others))}")
    if failure.place is not None:
        lines.append(f"   at {place(failure)}")
    message = [part for part in visible(failure.message).splitlines() if part.strip()]
    lines += [f"   | {part[:160]}" for part in message[:_MESSAGE_LINES]]
    if failure.request is None and failure.example is not None:
        example = json.dumps(failure.example, ensure_ascii=False)
        lines.append(
            f"   first seen in {failure.phase}: {textwrap.shorten(one_line(example), 300)}"
        )
    if failure.response is not None:
        body = one_line(failure.response.body or "")
        lines.append(f"   → {failure.response.status} {textwrap.shorten(body, 160)}")
    if failure.curl:
        lines.append(f"   {one_line(failure.curl)}")
    return lines


def _sum(run: Run) -> list[str]:
    coverage = run.coverage
    operations, statuses = coverage["operations"], coverage["statuses"]
    reason = f": {one_line(run.reason)}" if run.reason else ""
    generated = run.seed is not None
    seed = f", seed {run.seed}" if generated else ""
    sent, where, answers = _REQUESTS if generated else _MESSAGES
    lines = [
        f"{_WORD[run.outcome]}{reason}",
        (
            f"{one_line(run.contract)} against {one_line(run.target)}, "
            f"suite {one_line(run.suite)}{seed}"
        ),
        (
            f"{run.requests} {sent} in {run.duration:.1f} s; "
            f"{operations['exercised']} of {operations['declared']} {where}, "
            f"{statuses['seen']} of {statuses['declared']} declared {answers} seen"
        ),
    ]
    if run.refused:
        lines.append(f"{run.refused} requests were not sent: the environment does not allow them")
    return lines
