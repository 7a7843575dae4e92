"""When something recurs: the five fields of cron (POSIX crontab), in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.lean_dataclasses import dataclass

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("day of the week", 0, 7, DAYS),
)
YEARS = 9
"""How far ahead is looked: the 29th of February of two leap years, across 2100."""
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Cron:
    """``*/15 6-20 * * mon-fri``; where both days are restricted, either of them counts."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    @classmethod
    def parse(cls, text: str) -> Cron:
        """The five fields, or one of @hourly, @daily, @weekly, @monthly.

        Raises:
            ValueError: which field is none, or that it never comes.
        """
        words = NICKNAMES.get(text.strip().lower(), text).split()
        if len(words) != len(FIELDS):
            names = ", ".join(name for name, *_ in FIELDS)
            raise ValueError(f"{text!r} has {len(words)} fields; cron has five: {names}")
        values = [_values(word, *rule) for word, rule in zip(words, FIELDS, strict=True)]
        found = cls(
            text=text.strip(),
            minutes=tuple(sorted(values[0])),
            hours=tuple(sorted(values[1])),
            days=frozenset(values[2]),
            months=frozenset(values[3]),
            weekdays=frozenset(day % 7 for day in values[4]),
            any_day=words[2] == "*",
            any_weekday=words[4] == "*",
        )
        if next(found.days_from(datetime(2026, 1, 1)), None) is None:  # noqa: DTZ001 - a day
            raise ValueError(f"{text!r} never comes; no month has such a day")
        return found

    def after(self, moment: datetime) -> datetime:
        """The first time later than ``moment``, an aware instant in UTC."""
        start = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        for day in self.days_from(start):
            for hour in self.hours:
                for minute in self.minutes:
                    at = day.replace(hour=hour, minute=minute)
                    if at >= start:
                        return at
        raise ValueError(f"{self.text!r} never comes")

    def days_from(self, start: datetime) -> Iterator[datetime]:
        """The days it comes on, from that of ``start``, each at midnight."""
        day = start.replace(hour=0, minute=0, second=0, microsecond=0)
        for _ in range(YEARS * 366):
            if day.month in self.months and self._on(day):
                yield day
            day += timedelta(days=1)

    def _on(self, day: datetime) -> bool:
        of_month = day.day in self.days
        of_week = day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return of_month and of_week
        return of_month or of_week


def _values(word: str, name: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for part in word.lower().split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no {name}; write 5, 1-5, 1,3 or */15")
        first, last, step = match.groups()
        begin = low if first == "*" else _number(first, name, low, high, names)
        if last is not None:
            end = _number(last, name, low, high, names)
        else:
            end = high if first == "*" or step is not None else begin
        if end < begin or step == "0":
            raise ValueError(f"{part!r} is no {name}; a range goes up and a step is 1 or more")
        found |= set(range(begin, end + 1, int(step or 1)))
    return found


def _number(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + (1 if names is MONTHS else 0)
    if text.isdecimal() and text.isascii() and len(text) <= 2 and low <= int(text) <= high:
        return int(text)
    raise ValueError(f"{text!r} is no {name}; give {low} to {high}")
