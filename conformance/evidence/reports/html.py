"""The run as one self-contained page to mail: no script, no outside asset."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape

from conformance.evidence.failure import Failure
from conformance.evidence.index import parts
from conformance.evidence.reports.text import place
from conformance.evidence.run import Run
from contracts.reports.hostile import one_line, visible

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;
--code:#f3f5f7;--bad:#b3261e;--doubt:#7a5200;--good:#1a6b34}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--paper:#14171a;--soft:#a2abb5;
--line:#3a424b;--code:#1f2429;--bad:#ff8a80;--doubt:#f2c14e;--good:#7bd88f}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}main{max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem}h2{font-size:1.1rem;margin:0 0 .3rem;overflow-wrap:anywhere}
.failed,.error,.critical,.high{color:var(--bad)}.inconclusive,.cancelled,.medium,.low{color:var(--doubt)}
.passed{color:var(--good)}article{border:1px solid var(--line);border-left:.4rem solid currentColor;
border-radius:.3rem;padding:.8rem 1rem;margin:1rem 0}article>*{color:var(--ink)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;border-bottom:1px solid var(--line);padding:.3rem .6rem .3rem 0;
vertical-align:top}th{color:var(--soft);font-weight:600}
pre{font:.9rem/1.45 ui-monospace,monospace;background:var(--code);border-radius:.2rem;
padding:.7rem;overflow:auto;max-height:24rem;margin:.4rem 0;white-space:pre-wrap}
"""


def render(run: Run) -> str:
    """A complete HTML 5 document in which text from outside is only text."""
    return "\n".join(_page(run)) + "\n"


_KEPT = {True: "kept", False: "missed", None: "not enough"}


def _page(run: Run) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Conformance {run.outcome.value}: {_text(run.contract)}</title>"
    yield f"<style>{_STYLE}</style></head>\n<body><main>"
    word = run.outcome.value
    yield f'<h1><span class="{word}">{word.capitalize()}</span> {_text(run.contract)}</h1>'
    if run.reason:
        yield f"<p>{_text(run.reason)}</p>"
    yield from _table(("", ""), _facts(run))
    yield "<h2>What was tried and seen</h2>"
    yield from _table(
        ("part", "share", "numbers"),
        ((p.name, f"{p.share:.0%}", f"{p.counted} of {p.of}") for p in parts(run)),
    )
    if run.objectives:
        yield "<h2>Objectives</h2>"
        yield from _table(
            ("objective", "operation", "declared", "measured", "kept"),
            (
                (
                    o.name,
                    o.operation,
                    o.declared,
                    o.measured,
                    _KEPT[o.kept] + ("" if o.kept is not None else f" ({o.samples} of {o.needed})"),
                )
                for o in run.objectives
            ),
        )
    for failure in run.failures:
        yield from _failure(failure)
    yield "<h2>Operations</h2>"
    yield from _table(
        ("operation", "requests", "answers", "failures"),
        (
            (
                o.operation,
                str(o.requests),
                o.skipped or ", ".join(f"{code}: {n}" for code, n in o.statuses.items()),
                str(o.failures),
            )
            for o in run.operations
        ),
    )
    yield "</main></body>\n</html>"


def _facts(run: Run) -> Iterator[tuple[str, str]]:
    yield "target", run.target
    yield "environment", run.environment
    yield "suite", run.suite if run.seed is None else f"{run.suite}, seed {run.seed}"
    yield "contract content", f"sha256 {run.sha256}"
    yield "time", f"{run.started_at}, {run.duration:.1f} s, {run.requests} requests"
    if run.system_version:
        yield "system", f"{run.system} {run.system_version}"
    if run.refused:
        yield "not sent", f"{run.refused} requests the environment does not allow"
    for error in run.errors:
        yield "tool error", f"{error.title}: {error.message}"
    for warning in run.warnings:
        yield "note", warning


def _failure(failure: Failure) -> Iterator[str]:
    known = f", known: {failure.known}" if failure.known else ""
    yield f'<article class="{failure.severity.value}">'
    yield f"<h2>{_text(failure.title)}: {_text(failure.operation)}</h2>"
    checks = ", ".join((failure.check, *failure.related))
    yield f"<p>{failure.severity.value}, {failure.count} times, {_text(checks + known)}</p>"
    if failure.place is not None:
        yield f"<p>{_text(place(failure))}</p>"
    yield f"<pre>{_block(failure.message)}</pre>"
    if failure.curl:
        yield f"<pre>{_block(failure.curl)}</pre>"
    if failure.response is not None:
        answer = f"{failure.response.status}\n{failure.response.body or ''}"
        yield f"<pre>{_block(answer[:4000])}</pre>"
    elif failure.example is not None:
        yield f"<pre>{_block(json.dumps(failure.example, indent=2, ensure_ascii=False))}</pre>"
    yield "</article>"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield '<div class="wide"><table>'
    if any(head):
        yield "<tr>" + "".join(f"<th>{_text(cell)}</th>" for cell in head) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
    yield "</table></div>"


def _text(text: str) -> str:
    return escape(one_line(text))


def _block(text: str) -> str:
    return escape(visible(text))
