"""What a piece of an API promises about time: its day of removal and its stability."""

from __future__ import annotations

from datetime import date

from contracts.formats.contract import STABILITY, day_of
from contracts.formats.node import Node, Source


def sunset(source: Source, node: Node) -> date | None:
    """The day of removal that ``x-sunset`` announces (an RFC 3339 date or date-time)."""
    stated = node.get("x-sunset")
    day = day_of(stated)
    if stated is not None and day is None:
        source.odd("sunset-unreadable", "`x-sunset` must be a date like 2031-06-30", node)
    return day


def stability(source: Source, node: Node, item: Node) -> str | None:
    """The level that an operation or else its path states; None where it states none."""
    for owner in (node, item):
        stated = owner.get("x-stability-level")
        if stated is not None and stated not in STABILITY:
            known = ", ".join(STABILITY)
            source.odd("stability-unknown", f"`x-stability-level` must be one of {known}", owner)
        if isinstance(stated, str):
            return stated
    return None
