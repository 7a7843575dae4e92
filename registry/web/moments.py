"""Instants as people read them. Everything is UTC; a machine-readable form stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
FAR = timedelta(days=21)


def as_utc(value: datetime) -> datetime:
    """``value`` in UTC; an instant without a zone is taken as UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def iso(value: datetime) -> str:
    """RFC 3339, to the second."""
    return as_utc(value).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def iso_day(value: datetime) -> str:
    """``2026-11-21``, as date fields hold it."""
    return f"{as_utc(value):%Y-%m-%d}"


def day(value: datetime) -> str:
    """``21 Nov 2026``."""
    value = as_utc(value)
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """``21 Nov 2026, 09:50 UTC``."""
    return f"{day(value)}, {as_utc(value):%H:%M} UTC"


def relative(value: datetime, now: datetime) -> str:
    """``3 minutes ago``, ``in 2 days``; the date when it is further away than three weeks."""
    delta = as_utc(value) - as_utc(now)
    if abs(delta) > FAR:
        return day(value)
    seconds = int(abs(delta).total_seconds())
    for size, name in STEPS:
        if seconds >= size:
            count = seconds // size
            text = f"{count} {name}{'s' if count > 1 else ''}"
            break
    else:
        if delta.total_seconds() <= 0:
            return "just now"
        text = f"{seconds} seconds"
    return f"in {text}" if delta.total_seconds() > 0 else f"{text} ago"


def relative_to(clock: Callable[[], datetime]) -> Callable[[datetime], str]:
    """The ``ago`` filter for a clock."""
    return lambda value: relative(value, clock())


def duration(seconds: float | None) -> str:
    """``1 min 12 s``, ``340 ms``."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"
