"""How many findings people are shown one by one: of a rule that speaks often, lines instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from contracts.lean_dataclasses import dataclass
from contracts.reports import phrases
from contracts.verdict import Finding, Level, Report

ONE_BY_ONE: Mapping[Level, int] = {
    Level.ERROR: 10,
    Level.UNKNOWN: 10,
    Level.WARNING: 5,
    Level.INFO: 3,
}
"""Findings of one rule that have a block each; of more, the rule has one with a line for each."""

LINES: Mapping[Level, int] = {
    Level.ERROR: 200,
    Level.UNKNOWN: 50,
    Level.WARNING: 50,
    Level.INFO: 10,
}
"""Lines in the block of a rule; what is left is counted."""

EXAMPLES = 2
"""Findings with a witness that are shown whole before the lines."""


@dataclass(frozen=True, slots=True)
class Block:
    """The findings of one rule and level that are shown together; mostly it is one finding."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one whose rule, level and advice are those of all."""
        return self.findings[0]

    @property
    def examples(self) -> tuple[Finding, ...]:
        """Those that are shown whole."""
        if len(self.findings) == 1:
            return self.findings
        return tuple(f for f in self.findings if f.witness is not None)[:EXAMPLES]

    @property
    def lines(self) -> tuple[Finding, ...]:
        """Those that are shown as a line."""
        whole = self.examples
        rest = (f for f in self.findings if not any(f is shown for shown in whole))
        return tuple(rest)[: LINES[self.first.level]]

    @property
    def hidden(self) -> int:
        """How many are only counted."""
        return len(self.findings) - len(self.examples) - len(self.lines)


def blocks(report: Report) -> Iterator[Block]:
    """What stops a release first; a rule that speaks often has one block where it speaks first."""
    found = phrases.ordered(report)
    count = Counter((finding.level, finding.rule) for finding in found)
    told: set[tuple[Level, str]] = set()
    for finding in found:
        key = (finding.level, finding.rule)
        if count[key] <= ONE_BY_ONE[finding.level]:
            yield Block((finding,))
        elif key not in told:
            told.add(key)
            yield Block(tuple(f for f in found if (f.level, f.rule) == key))


def by_rule(report: Report) -> list[tuple[Level, str, int]]:
    """Level, rule and number of findings, for a report that is long; else nothing."""
    found = phrases.ordered(report)
    if len(found) <= MANY:
        return []
    count = Counter((finding.level, finding.rule) for finding in found)
    return [(level, rule, number) for (level, rule), number in count.items()]


MANY = 30
"""Findings from which a report begins with how often each rule speaks."""


def line_of(finding: Finding, report: Report) -> str:
    """Where one finding of many stands: ``new orders.yaml:12``; empty where nobody knows."""
    side, at = ("old", finding.old) if finding.new is None else ("new", finding.new)
    if at is None or at.line is None:
        return ""
    main = report.old_name if side == "old" else report.new_name
    file = "" if at.source is None or at.source == main else f" {at.source}"
    return f"{side}{file}:{at.line}"
