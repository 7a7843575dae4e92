"""A comparison as the pages show it: findings with excerpts of both sources, and who is hit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.reports import phrases
from contracts.verdict import Finding, Level, Place, Report, Verdict
from registry.services.comparison import SIDECAR
from registry.services.get_contract import ConsumerView
from registry.web.source import Line, excerpt, page_of, split_lines

MOST_SHOWN = 200
ORDER = {Level.ERROR: 0, Level.UNKNOWN: 1, Level.WARNING: 2, Level.INFO: 3}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a finding: where it stands and how it reads there."""

    label: str
    pointer: str
    line: int | None
    url: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class WitnessShown:
    """The payload that proves a break."""

    text: str
    written_by: str
    rejected_by: str
    error: str


@dataclass(frozen=True, slots=True)
class FindingShown:
    """One finding, ready for the page."""

    anchor: str
    number: int
    finding: Finding
    sides: tuple[Side, ...]
    witness: WitnessShown | None
    consumers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One source of a comparison: what it is called, its lines, the address of its pages."""

    label: str
    lines: Sequence[str]
    url: Callable[[int], str] | None = None
    own: str = ""
    """What findings call this source; another one is something that it refers to."""

    @classmethod
    def of(
        cls, label: str, text: str, url: Callable[[int], str] | None = None, own: str = ""
    ) -> Reading:
        """The reading of a text."""
        return cls(label, split_lines(text), url, own)


@dataclass(frozen=True, slots=True)
class ConsumerRow:
    """What a change means to one consumer."""

    name: str
    team: str
    verdict: Verdict
    declared: bool
    reason: str
    because: tuple[tuple[str, int, str], ...]
    """Address, number and rule of the findings that reach it."""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A whole report, worst first."""

    report: Report
    findings: tuple[FindingShown, ...]
    left_out: int
    counts: tuple[tuple[str, int], ...]

    @property
    def hurt(self) -> str:
        """Whom it hurts, and how complete the knowledge is."""
        return phrases.hurt(self.report)


def show_report(report: Report, old: Reading, new: Reading) -> ReportShown:
    """``report`` with the sources beside it."""
    order = worst_first(report)
    names = {"old": old.label, "new": new.label}
    shown = tuple(
        _finding(number, report.findings[index], old, new, names)
        for number, index in enumerate(order[:MOST_SHOWN], 1)
    )
    counts = tuple((level, count) for level, count in report.summary.items() if count)
    return ReportShown(report, shown, max(0, len(order) - MOST_SHOWN), counts)


def worst_first(report: Report) -> list[int]:
    """Positions of the findings in the order in which the pages number them."""
    return sorted(range(len(report.findings)), key=lambda i: ORDER[report.findings[i].level])


def anchor(number: int) -> str:
    """The fragment of a finding by its number on the page."""
    return f"finding-{number}"


def _finding(
    number: int, finding: Finding, old: Reading, new: Reading, names: Mapping[str, str]
) -> FindingShown:
    sides = [
        _side(reading, place)
        for reading, place in ((old, finding.old), (new, finding.new))
        if place is not None
    ]
    witness = finding.witness
    return FindingShown(
        anchor=anchor(number),
        number=number,
        finding=finding,
        sides=tuple(sides),
        witness=WitnessShown(
            text=witness.as_message or pretty(witness.value),
            written_by=names.get(witness.written_by, witness.written_by),
            rejected_by=names.get(witness.rejected_by, witness.rejected_by),
            error=witness.error,
        )
        if witness is not None
        else None,
        consumers=finding.consumers,
    )


def _side(reading: Reading, place: Place) -> Side:
    line = place.line
    if place.source == SIDECAR:  # a promise: it stands beside the document, not in it
        return Side(f"{reading.label}, {SIDECAR}", place.pointer, line, "", ())
    if reading.own and place.source not in {None, "", reading.own}:  # what it refers to
        label = f"{place.source}, which {reading.label} refers to"
        return Side(label, place.pointer, line, "", ())
    return Side(
        label=reading.label,
        pointer=place.pointer,
        line=line,
        url=reading.url(line) if reading.url is not None and line is not None else "",
        lines=excerpt(list(reading.lines), line) if line is not None else (),
    )


def source_link(base: str, separator: str = "?") -> Callable[[int], str]:
    """Gives the address of a line on the source page ``base``, which shows long files in parts."""

    def link(line: int) -> str:
        start = page_of(line)
        page = f"{separator}from={start}" if start > 1 else ""
        return f"{base}{page}#L{line}"

    return link


def pretty(value: Any) -> str:
    """A JSON value as people read it."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def consumer_rows(report: Report, known: Sequence[ConsumerView]) -> tuple[ConsumerRow, ...]:
    """Worst first; ``known`` says whose they are and whether they declared what they use."""
    rank = {Verdict.BREAKING: 0, Verdict.UNKNOWN: 1, Verdict.COMPATIBLE: 2}
    views = {view.system: view for view in known}
    numbers = {index: number for number, index in enumerate(worst_first(report), 1)}
    rows = []
    for name, verdict in report.consumers.items():
        view = views.get(name)
        row = ConsumerRow(
            name=name,
            team=view.team if view is not None else "",
            verdict=verdict.verdict,
            declared=verdict.declared,
            reason=verdict.reason,
            because=tuple(
                (anchor(number), number, report.findings[index].rule)
                for number, index in sorted((numbers[i], i) for i in verdict.findings)
                if verdict.verdict is not Verdict.COMPATIBLE
            ),
        )
        rows.append(row)
    return tuple(sorted(rows, key=lambda row: (rank[row.verdict], row.name)))
