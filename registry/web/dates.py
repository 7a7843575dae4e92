"""Days that people type into forms."""

from __future__ import annotations

from datetime import UTC, datetime, time

from registry.errors import Invalid


def end_of_day(field: str, text: str) -> datetime | None:
    """The last second (UTC) of a day written ``2026-12-31``; None for nothing.

    Raises:
        Invalid: it is no day.
    """
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(field, f"{text[:40]!r} is no day; write it as 2026-12-31") from None
    return datetime.combine(day, time(23, 59, 59), UTC)
