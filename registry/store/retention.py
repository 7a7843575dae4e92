"""Forget what has served its time; never a published version, a decision's proof or the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, and_, delete, exists, or_, select

from registry.domain import DeliveryState, RunStatus
from registry.domain.people import TokenKind
from registry.store.tables import deliveries, outbox, reports, run_failures, runs, tokens

ENDED = [status.value for status in RunStatus if status.final]
MOST_COMPARISONS = 200_000
"""Comparisons kept however young they are; each takes about a kilobyte."""
PROOF = [RunStatus.PASSED.value, RunStatus.FAILED.value]


class SqlRetention:
    """Implements :class:`registry.services.ports.Retention`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def runs(self, before: datetime) -> int:
        """With their failures."""
        old = _old_runs(before)
        self._connection.execute(delete(run_failures).where(run_failures.c.run.in_(old)))
        return self._connection.execute(delete(runs).where(runs.c.id.in_(old))).rowcount

    def events(self, before: datetime) -> int:
        """With their deliveries."""
        waiting = exists().where(
            deliveries.c.event == outbox.c.id, deliveries.c.state == DeliveryState.PENDING.value
        )
        old = select(outbox.c.id).where(
            outbox.c.at < before, outbox.c.state != DeliveryState.PENDING.value, ~waiting
        )
        self._connection.execute(delete(deliveries).where(deliveries.c.event.in_(old)))
        # the deliveries that hindered are the pending ones, and those are still there
        return self._connection.execute(delete(outbox).where(outbox.c.id.in_(old))).rowcount

    def sessions(self, before: datetime) -> int:
        """Sessions and one-time links; API tokens stay, revoked ones too."""
        c = tokens.c
        ended = or_(c.expires_at < before, c.revoked_at < before)
        query = delete(tokens).where(c.kind != TokenKind.API.value, ended)
        return self._connection.execute(query).rowcount

    def comparisons(self, before: datetime) -> int:
        """Made before, or beyond the newest :data:`MOST_COMPARISONS`."""
        c = reports.c
        edge = select(c.made_at).order_by(c.made_at.desc()).offset(MOST_COMPARISONS).limit(1)
        oldest = self._connection.scalar(edge)
        limit = before if oldest is None else max(before, oldest)
        return self._connection.execute(delete(reports).where(c.made_at <= limit)).rowcount


def _old_runs(before: datetime) -> Select[tuple[str]]:
    """Ended long ago, and not the last proof of its document, place, system version and suite."""
    c, later = runs.c, runs.alias("later").c
    superseded = exists().where(
        later.sha256 == c.sha256,
        later.environment == c.environment,
        later.system == c.system,
        later.system_version == c.system_version,
        later.suite == c.suite,
        later.status.in_(PROOF),
        or_(
            later.finished_at > c.finished_at,
            and_(later.finished_at == c.finished_at, later.id > c.id),
        ),
    )
    return select(c.id).where(
        c.status.in_(ENDED), c.finished_at < before, or_(c.status.not_in(PROOF), superseded)
    )
