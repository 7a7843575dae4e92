"""What was true when: earlier values of what the gate judges by and somebody may change.

A thing without a row has had its present value as long as it exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from registry.domain.encode import to_json
from registry.store.tables import history

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when a value held that was there before anybody wrote history."""


@dataclass(frozen=True, slots=True)
class History:
    """The history of one kind of thing."""

    connection: Connection
    kind: str

    def remember(self, key: str, before: Any, value: Any, at: datetime) -> None:
        """``value`` holds from ``at`` on; ``before``: what held until then, None if nothing did."""
        before, value = to_json(before), to_json(value)
        if before == value:
            return
        of_key = (history.c.kind == self.kind, history.c.key == key)
        known = self.connection.execute(select(history.c.since).where(*of_key).limit(1)).first()
        if before is not None and known is None:
            self._insert(key, ALWAYS, before)
        self.connection.execute(delete(history).where(*of_key, history.c.since == at))
        self._insert(key, at, value)

    def _insert(self, key: str, since: datetime, value: Any) -> None:
        row = {"kind": self.kind, "key": key, "since": since, "value": value}
        self.connection.execute(insert(history).values(row))

    def at(self, keys: Iterable[str], at: datetime) -> Mapping[str, Any]:
        """What held at that instant, None where the thing did not exist yet; in one query.

        Things whose value never changed are left out.
        """
        query = (
            select(history)
            .where(history.c.kind == self.kind, history.c.key.in_(set(keys)))
            .order_by(history.c.since)
        )
        found: dict[str, Any] = {}
        for row in self.connection.execute(query):
            value = row.value if row.since <= at else None
            if value is not None or row.key not in found:
                found[row.key] = value
        return found
