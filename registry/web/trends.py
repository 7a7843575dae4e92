"""A trend as a picture without a script: where each bar of an SVG stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import RunStatus
from registry.services.view_trend import Point, Series

WIDTH, HEIGHT, FLOOR = 12, 90, 4
"""Of a bar in SVG units; a share of nothing still shows a foot."""
GAP = 4
CLEAN = "operations without failure"
TONES = {RunStatus.PASSED: "ok", RunStatus.FAILED: "bad"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One run: its height is the share of operations without failure."""

    point: Point
    x: int
    y: int
    height: int
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of a series, oldest left."""

    series: Series
    bars: Sequence[Bar]
    width: int
    height: int
    sentence: str
    """What the picture says, for who does not see it."""


def chart(series: Series) -> Chart:
    """A series as bars."""
    bars = [_bar(position, point) for position, point in enumerate(series.points)]
    rate = "no proof yet" if series.pass_rate is None else f"{series.pass_rate:.0%} passed"
    last = series.points[-1].status if series.points else ""
    return Chart(
        series,
        bars,
        len(bars) * (WIDTH + GAP) + GAP,
        HEIGHT + 2,
        f"{len(bars)} runs, {rate} of {series.proofs} proofs, last {last}",
    )


def _bar(position: int, point: Point) -> Bar:
    share = next((part.share for part in point.index if part.name == CLEAN), None)
    if share is None:
        share = 1.0 if point.status is RunStatus.PASSED else 0.0
    tone = TONES.get(point.status, "none")
    height = max(FLOOR, round(HEIGHT * share)) if tone != "none" else FLOOR
    failures = f"{point.failures} failure{'s' if point.failures != 1 else ''}"
    title = f"{point.at:%Y-%m-%d %H:%M} UTC: {point.status}, {failures}, {share:.0%} {CLEAN}"
    return Bar(point, GAP + position * (WIDTH + GAP), HEIGHT + 1 - height, height, tone, title)
