"""Lifecycle of a contract or version, and how long its consumers must be warned."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import model_validator

from contracts.governance.record import Record
from contracts.governance.vocabulary import LifecycleStatus

NOTICE_DAYS = {1: 180, 2: 90, 3: 30}
"""Days between the announcement and the end, by criticality."""

NEXT: dict[LifecycleStatus, frozenset[LifecycleStatus]] = {
    LifecycleStatus.PROPOSED: frozenset({LifecycleStatus.DRAFT, LifecycleStatus.RETIRED}),
    LifecycleStatus.DRAFT: frozenset({LifecycleStatus.ACTIVE, LifecycleStatus.RETIRED}),
    LifecycleStatus.ACTIVE: frozenset({LifecycleStatus.DEPRECATED}),
    LifecycleStatus.DEPRECATED: frozenset({LifecycleStatus.ACTIVE, LifecycleStatus.RETIRED}),
    LifecycleStatus.RETIRED: frozenset(),
}
"""Allowed steps. A deprecation may be taken back; a retired version stays retired."""


class Lifecycle(Record):
    """Status with the dates that go with it (RFC 9745 ``Deprecation``, RFC 8594 ``Sunset``)."""

    status: LifecycleStatus = LifecycleStatus.ACTIVE
    since: date | None = None
    deprecated: date | None = None
    sunset: date | None = None
    replaced_by: str | None = None
    migration: str | None = None

    @model_validator(mode="after")
    def _dates_fit(self) -> Lifecycle:
        if self.sunset and self.deprecated and self.sunset < self.deprecated:
            message = f"sunset {self.sunset} is before deprecated {self.deprecated}"
            raise ValueError(message)
        if self.sunset and not self.deprecated:
            message = "sunset needs the date of the announcement: add 'deprecated'"
            raise ValueError(message)
        if self.status is LifecycleStatus.DEPRECATED and not self.deprecated:
            message = "a deprecated contract states since when: add 'deprecated'"
            raise ValueError(message)
        return self


def notice_period(criticality: int) -> timedelta:
    """How long before the end the consumers of a contract must be told."""
    return timedelta(days=NOTICE_DAYS[criticality])


def may_follow(now: LifecycleStatus, then: LifecycleStatus) -> bool:
    """Whether a contract may go from one status to another (staying is always allowed)."""
    return now is then or then in NEXT[now]


def sunset_problem(criticality: int, old: Lifecycle | None, new: Lifecycle) -> str | None:
    """Say why a sunset date may not stand, or None.

    The notice period must fit between announcement and sunset, and a sunset once announced may
    be postponed but never brought forward.
    """
    announced = old.sunset if old is not None else None
    if announced is not None and new.sunset is not None and new.sunset < announced:
        return f"sunset was announced for {announced}; {new.sunset} would bring it forward"
    if new.sunset is None or new.deprecated is None:
        return None
    earliest = new.deprecated + notice_period(criticality)
    if new.sunset < earliest:
        days = NOTICE_DAYS[criticality]
        return (
            f"sunset {new.sunset} is too early: criticality {criticality} gives {days} days of "
            f"notice, so {earliest} at the earliest"
        )
    return None
