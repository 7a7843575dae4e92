"""Tell when a sunset is near or overdue, and who still uses the version."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from registry.domain import OutboxEvent, Version
from registry.domain.webhook import SUNSET_NEAR, SUNSET_OVERDUE
from registry.services.ports import UnitOfWork
from registry.services.readiness import users_of_versions

NEAR = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
"""How long before a sunset its consumers hear of it."""
MOST = 500


def remind_of_sunsets(uow: UnitOfWork) -> int:
    """Announce each step once; gives how many events were added."""
    now = uow.now()
    with uow.write() as store:
        due = store.versions.sunsets(now + NEAR[0], MOST)
        wanted = [(v, step) for v in due if (step := _step(v, now)) is not None]
        new = [pair for pair in wanted if not store.outbox.known(_id(*pair))]
        users = users_of_versions(store, [version for version, _ in new])
        for version, step in new:
            key = (version.contract, str(version.number))
            store.outbox.add(_event(version, step, users.get(key, ()), now))
    return len(new)


def _step(version: Version, now: datetime) -> str | None:
    if version.sunset_at is None:
        return None
    if version.sunset_at <= now:
        return SUNSET_OVERDUE
    left = version.sunset_at - now
    reached = [near for near in NEAR if left <= near]
    return f"{SUNSET_NEAR}:{min(reached).days}" if reached else None


def _id(version: Version, step: str) -> str:
    """The same for the same step of the same sunset, whoever looks."""
    text = "\0".join((version.contract, version.label, step, str(version.sunset_at)))
    return "evt_" + hashlib.sha256(text.encode()).hexdigest()[:24]


def _event(version: Version, step: str, users: tuple[str, ...], now: datetime) -> OutboxEvent:
    assert version.sunset_at is not None
    payload = {
        "contract": version.contract,
        "version": version.label,
        "sunset_at": f"{version.sunset_at:%Y-%m-%d}",
        "users": list(users),
    }
    subject = f"version:{version.contract}@{version.label}"
    return OutboxEvent(_id(version, step), now, step.partition(":")[0], subject, payload)
