"""The report as people read it in a terminal: the verdict first, then one block a finding."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.lean_dataclasses import replace
from contracts.reports import exact, phrases
from contracts.reports.blocks import Block, blocks, by_rule, line_of
from contracts.reports.excerpt import excerpt, fault_line
from contracts.reports.hostile import one_line, visible
from contracts.verdict import Finding, Level, Place, Report, Verdict, Witness

_VERDICT_STYLE = {Verdict.COMPATIBLE: "1;32", Verdict.BREAKING: "1;31", Verdict.UNKNOWN: "1;35"}
_LEVEL_STYLE = {Level.ERROR: "31", Level.WARNING: "33", Level.INFO: "36", Level.UNKNOWN: "35"}
_LABEL = 10
_PAYLOAD_LINES = 24
_PAYLOAD_COLUMNS = 400


def render_text(report: Report, *, color: bool = False, width: int = 80) -> str:
    """The report for a terminal ``width`` columns wide; ANSI colours only if ``color``."""
    return "\n".join(_Writer(report, color=color, width=max(width, 40)).lines()) + "\n"


class _Writer:
    def __init__(self, report: Report, *, color: bool, width: int) -> None:
        self.report = report
        self.color = color
        self.width = width

    def lines(self) -> Iterator[str]:
        yield from self._heading()
        for block in blocks(self.report):
            yield ""
            yield from (
                self._finding(block.first) if len(block.findings) == 1 else self._block(block)
            )
        if self.report.consumers:
            yield ""
            yield self._style("consumers", "1")
            yield from self._wrapped(phrases.hurt(self.report), 2)
            for name, judged in self.report.consumers.items():
                yield from self._wrapped(f"{name}  {phrases.consumer(judged)}", 2)
        if self.report.assumptions:
            yield ""
            yield from self._labelled("assumed", ", ".join(self.report.assumptions), indent=0)

    def _heading(self) -> Iterator[str]:
        report = self.report
        word = self._style(report.verdict.value.upper(), _VERDICT_STYLE[report.verdict])
        names = f"{one_line(report.old_name)} -> {one_line(report.new_name)}"
        if len(report.verdict.value) + 2 + len(names) <= self.width:
            yield f"{word}  {names}"
        else:
            yield word
            yield f"  {names}"
        yield from self._wrapped(phrases.verdict(report), 0)
        facts = [phrases.counts(report), f"version bump: {report.recommended_bump.value}"]
        facts.append(f"{report.format}, {report.mode.value}")
        if any(report.changes.values()):
            raw = ", ".join(f"{count} {kind}" for kind, count in report.changes.items() if count)
            facts.append(f"raw differences: {raw}")
        yield from self._wrapped("; ".join(facts), 0)
        for level in Level:
            often = [f"{rule} {n}" for of, rule, n in by_rule(report) if of is level]
            if often:
                yield from self._labelled(level.value, ", ".join(often), indent=0)

    def _block(self, block: Block) -> Iterator[str]:
        """Many findings of one rule: examples whole, then a line for each."""
        level = self._style(block.first.level.value, _LEVEL_STYLE[block.first.level])
        rule = self._style(one_line(block.first.rule), "1")
        yield f"{level}  {rule}  {len(block.findings)} times"
        if block.first.advice:
            yield from self._labelled("advice", block.first.advice)
        for finding in block.examples:
            yield ""
            yield from self._details(replace(finding, advice=None))
        if block.examples:
            yield ""
        for finding in block.lines:
            at = line_of(finding, self.report)
            text = one_line(f"{finding.message} ({at})" if at else finding.message)
            yield from self._wrap(text, "  - ", "    ")
        if block.hidden:
            yield f"  … {block.hidden} more (--format json or html shows all)"

    def _finding(self, finding: Finding) -> Iterator[str]:
        style = _LEVEL_STYLE[finding.level]
        rule = self._style(one_line(finding.rule), "1")
        yield f"{self._style(finding.level.value, style)}  {rule}"
        yield from self._details(finding)

    def _details(self, finding: Finding) -> Iterator[str]:
        yield from self._wrapped(finding.message, 2)
        yield from self._place("old", finding.old, self.report.old_name)
        yield from self._place("new", finding.new, self.report.new_name)
        if not phrases.names_its_place(finding):
            yield from self._labelled("reaches", phrases.listed(finding.where))
        if finding.witness is not None:
            yield from self._witness(finding.witness)
        if finding.consumers:
            names = phrases.listed(finding.consumers, most=12)
            yield from self._labelled(phrases.consumers_label(finding), names)
        if finding.advice:
            yield from self._labelled("advice", finding.advice)
        if finding.assumptions:
            yield from self._labelled("assumed", ", ".join(finding.assumptions))

    def _place(self, label: str, at: Place | None, fallback: str) -> Iterator[str]:
        if at is None:
            return
        file, pointer = (one_line(part) for part in phrases.file_and_pointer(at, fallback))
        value = phrases.short_value(at)
        parts = [file, pointer] if value is None else [file, pointer, f"= {value}"]
        line = f"  {label:<{_LABEL}}{parts[0]}"
        for part in parts[1:]:
            if len(line) + 1 + len(part) > self.width:
                yield line
                line = f"  {'':<{_LABEL}}{part}"
            else:
                line += f" {part}"
        yield line

    def _witness(self, witness: Witness) -> Iterator[str]:
        yield from self._labelled("witness", phrases.witness(witness) + ":")
        if witness.as_message:
            payload = visible(witness.as_message)
        else:
            payload = exact.text(witness.value)
            if len(payload) + 2 + _LABEL > self.width:
                payload = exact.text(witness.value, indent=2)
        lines = payload.splitlines() or [""]
        for line in excerpt(lines, fault_line(witness, payload), _PAYLOAD_LINES):
            shown = line if len(line) <= _PAYLOAD_COLUMNS else line[:_PAYLOAD_COLUMNS] + "…"
            yield f"  {'':<{_LABEL}}{shown}"
        if witness.error:
            at = f" (at {witness.instance})" if witness.instance else ""
            yield from self._labelled("because", phrases.shortened(witness.error) + at)

    def _labelled(self, label: str, text: str, indent: int = 2) -> Iterator[str]:
        first = f"{'':<{indent}}{label:<{_LABEL}}"
        yield from self._wrap(one_line(text), first, " " * len(first))

    def _wrapped(self, text: str, indent: int) -> Iterator[str]:
        yield from self._wrap(one_line(text), " " * indent, " " * indent)

    def _wrap(self, text: str, first: str, rest: str) -> list[str]:
        """One line of text as lines of that width; no word is broken."""
        lines = [first]
        for word in text.split():
            begun = lines[-1] not in (first, rest)
            if begun and len(lines[-1]) + 1 + len(word) > self.width:
                lines.append(rest)
                begun = False
            lines[-1] += f" {word}" if begun else word
        return lines if lines != [first] else [first.rstrip()]

    def _style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text
