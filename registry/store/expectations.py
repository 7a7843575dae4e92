"""What consumers declared, with the time each declaration was in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from registry.domain import Expectation
from registry.store.sight import Sight, seen
from registry.store.tables import expectations

FIELDS = [column for column in expectations.columns if column.name != "id"]


class SqlExpectations:
    """Implements :class:`registry.services.ports.Expectations`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._sight = sight
        own = [] if sight is None else [expectations.c.consumer.in_(sight.systems)]
        self._seen = [*own, *seen(sight, expectations.c.contract)]

    def _select(self, *conditions: ColumnElement[bool]) -> list[Row[Any]]:
        query = select(expectations).where(*conditions, *self._seen)
        order = (expectations.c.contract, expectations.c.consumer, expectations.c.source)
        return list(self._connection.execute(query.order_by(*order)))

    def of_contracts(
        self, names: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, Sequence[Expectation]]:
        """In force at that instant, or now; one query."""
        wanted = set(names)
        if not wanted:
            return {}
        found: dict[str, list[Expectation]] = defaultdict(list)
        for row in self._select(expectations.c.contract.in_(wanted), _in_force(at)):
            found[row.contract].append(_expectation(row))
        return found

    def of_consumer(self, system: str) -> Sequence[Expectation]:
        """In force now."""
        rows = self._select(expectations.c.consumer == system, _in_force(None))
        return [_expectation(row) for row in rows]

    def all(self) -> Sequence[Expectation]:
        """In force now."""
        return [_expectation(row) for row in self._select(_in_force(None))]

    def replace(
        self, contract: str, source: str, expectations_: Sequence[Expectation], at: datetime
    ) -> bool:
        """End those that changed or are gone, add those that changed or are new."""
        rows = self._select(
            expectations.c.contract == contract,
            expectations.c.source == source,
            _in_force(None),
        )
        wanted = {e.consumer: (e.confirmed, dict(e.body)) for e in expectations_}
        kept = {r.consumer for r in rows if wanted.get(r.consumer) == (r.confirmed, r.body)}
        ended = [r.id for r in rows if r.consumer not in kept]
        if ended:
            self._connection.execute(
                update(expectations).where(expectations.c.id.in_(ended)).values(until=at)
            )
        added = [
            {
                "contract": contract,
                "consumer": consumer,
                "source": source,
                "confirmed": confirmed,
                "body": body,
                "since": at,
                "until": None,
            }
            for consumer, (confirmed, body) in wanted.items()
            if consumer not in kept
        ]
        if added:
            self._connection.execute(insert(expectations), added)
        return bool(ended or added)


def _in_force(at: datetime | None) -> ColumnElement[bool]:
    if at is None:
        return expectations.c.until.is_(None)
    open_ended = or_(expectations.c.until.is_(None), expectations.c.until > at)
    return (expectations.c.since <= at) & open_ended


def _expectation(row: Row[Any]) -> Expectation:
    return Expectation(**{column.name: row._mapping[column.name] for column in FIELDS})
