"""The run for a terminal: what it amounts to, every cause with its place and its command."""

from __future__ import annotations

import json
import textwrap

from conformance.evidence.failure import Failure
from conformance.evidence.run import Outcome, Run
from contracts.reports.hostile import one_line, visible
from contracts.verdict import Place

_WORD = {
    Outcome.PASSED: "PASSED",
    Outcome.FAILED: "FAILED",
    Outcome.INCONCLUSIVE: "INCONCLUSIVE",
    Outcome.CANCELLED: "CANCELLED",
    Outcome.ERROR: "TOOL ERROR",
}
WIDTH = 80
_MESSAGE_LINES = 6
_LONGEST = 400
_REQUESTS = ("requests", "operations", "status codes")
_MESSAGES = ("messages", "channels", "messages")
_ROWS = ("rows", "tables", "kinds of row")


def render(run: Run) -> str:
    """Failures first, the sum last, where a terminal leaves the eye."""
    lines: list[str] = []
    for number, failure in enumerate(run.failures, 1):
        lines += [*_failure(number, failure), ""]
    for error in run.errors:
        where = f"{one_line(error.operation)}: " if error.operation else ""
        text = f"{where}{one_line(error.title)}: {one_line(error.message)[:200]}"
        lines += _wrapped("tool error: ", text)
    for warning in run.warnings:
        lines += _wrapped("note: ", one_line(warning))
    lines += _objectives(run)
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
    checks = f"   ({', '.join((failure.check, *failure.related))})"
    operation = f"   {one_line(failure.operation)}"
    lines = [f"{number}. {one_line(failure.title)}  [{failure.severity.value}, {times}]{known}"]
    lines += [operation + checks] if len(operation + checks) <= WIDTH else [operation, checks]
    others = [o for o in failure.operations if o != failure.operation]
    if others:
        lines += _wrapped("   also: ", one_line(", ".join(others)))
    if failure.place is not None:
        lines += _at(failure.place)
    message = [part for part in visible(_told(failure.message)).splitlines() if part.strip()]
    for part in message[:_MESSAGE_LINES]:
        lines += _wrapped("   | ", part[:_LONGEST])
    if len(message) > _MESSAGE_LINES:
        lines.append(f"   | and {len(message) - _MESSAGE_LINES} lines more")
    if failure.request is None and failure.example is not None:
        example = json.dumps(failure.example, ensure_ascii=False)
        shown = textwrap.shorten(one_line(example), 300)
        lines += _wrapped("   ", f"first seen in {failure.phase}: {shown}")
    if failure.response is not None:
        shown = one_line(failure.response.body or "")
        head = f"   → {failure.response.status} "
        lines.append(head + (shown if len(shown) < WIDTH - len(head) else _cut(shown, head)))
    if failure.curl:
        lines.append(f"   {one_line(failure.curl)}")
    return lines


def _told(message: str) -> str:
    """The message without the copy of the schema: the place says where it stands."""
    return message.partition("Schema at /")[0].partition("\nSchema:\n")[0]


def _at(at: Place) -> list[str]:
    file = one_line(at.source or "contract") + (f":{at.line}" if at.line else "")
    whole = f"   at {file}  {one_line(at.pointer)}"
    return [whole] if len(whole) <= WIDTH else [f"   at {file}", f"      {one_line(at.pointer)}"]


def _cut(text: str, head: str) -> str:
    return text[: WIDTH - len(head) - 1] + "…"


def _wrapped(head: str, text: str) -> list[str]:
    """The text below its head, no wider than a terminal; long words stay whole."""
    below = head if head.strip() == "|" else " " * len(head)
    return textwrap.wrap(
        text, WIDTH, initial_indent=head, subsequent_indent=below, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _objectives(run: Run) -> list[str]:
    """Missed ones stand among the failures; of the rest one line each kind."""
    lines: list[str] = []
    for name in dict.fromkeys(o.name for o in run.objectives):
        found = [o for o in run.objectives if o.name == name]
        if len(found) == 1:
            lines += _wrapped("objective: ", one_line(found[0].sentence))
            continue
        kept = sum(o.kept is True for o in found)
        few = [o for o in found if o.kept is None]
        text = f"{name}: within {found[0].declared} on {kept} of {len(found)} operations"
        if few:
            text += f"; not enough answers on {len(few)} (100 each are needed)"
        lines += _wrapped("objective: ", text)
    return lines


def _sum(run: Run) -> list[str]:
    coverage = run.coverage
    operations, statuses = coverage["operations"], coverage["statuses"]
    reason = f": {one_line(run.reason)}" if run.reason else ""
    generated = run.seed is not None
    seed = f", seed {run.seed}" if generated else ""
    calls = generated or any(" /" in o.operation for o in run.operations)
    rows = bool(run.operations) and all(o.declared == ("row",) for o in run.operations)
    sent, where, answers = _REQUESTS if calls else (_ROWS if rows else _MESSAGES)
    lines = [
        *_wrapped("", f"{_WORD[run.outcome]}{reason}"),
        *_wrapped(
            "",
            f"{one_line(run.contract)} against {one_line(run.target)}, "
            f"suite {one_line(run.suite)}{seed}",
        ),
        *_wrapped(
            "",
            f"{run.requests} {sent} in {run.duration:.1f} s; "
            f"{operations['exercised']} of {operations['declared']} {where}, "
            f"{statuses['seen']} of {statuses['declared']} declared {answers} seen",
        ),
    ]
    if run.refused:
        lines.append(f"{run.refused} requests were not sent: not allowed, or not answered before")
    return lines
