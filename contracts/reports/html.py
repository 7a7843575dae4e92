"""The report as one self-contained page: no script, no outside asset, readable by anybody."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from contracts.reports import exact, phrases
from contracts.reports.hostile import one_line, visible
from contracts.verdict import Finding, Place, Report, Witness

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;
--code:#f3f5f7;--error:#b3261e;--warning:#7a5200;--unknown:#6b3fa0;--info:#0b5c8a;--compatible:#1a6b34}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--paper:#14171a;--soft:#a2abb5;
--line:#3a424b;--code:#1f2429;--error:#ff8a80;--warning:#f2c14e;--unknown:#c9a5ff;--info:#7cc4f0;--compatible:#7bd88f}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}main{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.05rem;margin:0 0 .3rem;overflow-wrap:anywhere}
.breaking,.error{color:var(--error)}.warning{color:var(--warning)}.unknown{color:var(--unknown)}
.info{color:var(--info)}.compatible{color:var(--compatible)}
article{border:1px solid var(--line);border-left:.4rem solid currentColor;border-radius:.3rem;
padding:.8rem 1rem;margin:1rem 0}article>*{color:var(--ink)}
article h2 .level{text-transform:uppercase}
dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.2rem 1rem;margin:.6rem 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code,pre{font:.9rem/1.45 ui-monospace,monospace;background:var(--code);border-radius:.2rem}
code{padding:.1rem .25rem}pre{padding:.7rem;overflow:auto;max-height:28rem;margin:.3rem 0}
@media (max-width:30rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(report: Report) -> str:
    """A complete HTML 5 document in which text from the compared documents is only text."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    title = f"{report.verdict.value}: {report.old_name} → {report.new_name}"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_text(title)}</title>"
    yield f"<style>{_STYLE}</style></head>"
    yield "<body><main>"
    verdict = report.verdict.value
    yield f'<h1><span class="{verdict}">{verdict.capitalize()}</span></h1>'
    yield f"<p>{_text(phrases.verdict(report))}</p>"
    yield "<dl>"
    yield from _facts(report)
    yield "</dl>"
    for number, finding in enumerate(phrases.ordered(report), 1):
        yield from _finding(finding, number, report)
    if report.consumers:
        yield "<h2>Consumers</h2>"
        yield f"<p>{_text(phrases.hurt(report))}</p>"
        yield "<dl>"
        for name, judged in report.consumers.items():
            shown = f'<span class="{judged.verdict.value}">{_text(phrases.consumer(judged))}</span>'
            yield _row(_text(name), shown)
        yield "</dl>"
    yield "</main></body></html>"


def _facts(report: Report) -> Iterator[str]:
    sides = (
        ("Old version", report.old_name, report.old_sha256),
        ("New version", report.new_name, report.new_sha256),
    )
    for label, name, sha in sides:
        digest = f" <small>sha256 <code>{_text(sha)}</code></small>" if sha else ""
        yield _row(label, f"<code>{_text(name)}</code>{digest}")
    yield _row("Findings", _text(phrases.counts(report)))
    yield _row("Version bump", _text(report.recommended_bump.value))
    yield _row("Format, mode", _text(f"{report.format}, {report.mode.value}"))
    if any(report.changes.values()):
        raw = ", ".join(f"{count} {kind}" for kind, count in report.changes.items() if count)
        yield _row("Raw differences", _text(raw))
    if report.assumptions:
        yield _row("Assumed", _codes(report.assumptions))


def _finding(finding: Finding, number: int, report: Report) -> Iterator[str]:
    level = finding.level.value
    yield f'<article class="{level}" id="finding-{number}" aria-labelledby="title-{number}">'
    yield (
        f'<h2 id="title-{number}"><span class="level {level}">{level}</span> '
        f"<code>{_text(finding.rule)}</code></h2>"
    )
    yield f"<p>{_text(finding.message)}</p>"
    yield "<dl>"
    yield from _place("Old", finding.old, report.old_name)
    yield from _place("New", finding.new, report.new_name)
    if finding.where:
        yield _row("Reaches", _codes(finding.where))
    if finding.consumers:
        yield _row(
            phrases.consumers_label(finding).capitalize(), _text(", ".join(finding.consumers))
        )
    if finding.advice:
        yield _row("Advice", _text(finding.advice))
    if finding.assumptions:
        yield _row("Assumed", _codes(finding.assumptions))
    yield "</dl>"
    if finding.witness is not None:
        yield from _witness(finding.witness)
    yield "</article>"


def _place(label: str, at: Place | None, fallback: str) -> Iterator[str]:
    if at is not None:
        value = phrases.short_value(at)
        shown = f" = <code>{_text(value)}</code>" if value is not None else ""
        yield _row(label, f"<code>{_text(phrases.place(at, fallback))}</code>{shown}")


def _witness(witness: Witness) -> Iterator[str]:
    payload = witness.as_message or exact.text(witness.value, indent=2)
    yield f"<p>Witness: {_text(phrases.witness(witness))}.</p>"
    yield f'<pre tabindex="0" role="region" aria-label="Witness">{escape(visible(payload))}</pre>'
    if witness.error:
        at = f" (at <code>{_text(witness.instance)}</code>)" if witness.instance else ""
        yield f"<p>{_text(witness.error)}{at}</p>"


def _row(label: str, value: str) -> str:
    return f"<dt>{label}</dt><dd>{value}</dd>"


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"<code>{_text(name)}</code>" for name in names)


def _text(text: str) -> str:
    return escape(one_line(text))
