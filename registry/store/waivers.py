"""Waivers as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from registry.domain import Approval, Waiver
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.store.sight import Sight, seen
from registry.store.tables import waivers


class SqlWaivers:
    """Implements :class:`registry.services.ports.Waivers`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._sight = sight
        self._seen = seen(sight, waivers.c.contract)

    def get(self, id_: str) -> Waiver:
        """By id; the row is locked where the database can, so that no signature is lost."""
        query = select(waivers).where(waivers.c.id == id_, *self._seen)
        row = self._connection.execute(query.with_for_update()).one_or_none()
        if row is None:
            raise NotFound(f"no waiver has the id {id_!r}")
        found = self._shown([_waiver(row)])
        if not found:
            raise NotFound(f"no waiver has the id {id_!r}")
        return found[0]

    def _shown(self, found: Iterable[Waiver]) -> list[Waiver]:
        """A partner finds the waivers of their own systems, without the others'."""
        sight = self._sight
        if sight is None:
            return list(found)
        return [
            replace(
                waiver,
                consumers=waiver.consumers & sight.systems,
                teams=waiver.teams & sight.teams,
                approvals=tuple(a for a in waiver.approvals if a.team in sight.teams),
            )
            for waiver in found
            if waiver.consumers & sight.systems
        ]

    def of_contracts(self, names: Iterable[str]) -> Sequence[Waiver]:
        """In every state, newest first; one query."""
        wanted = set(names)
        if not wanted:
            return []
        query = select(waivers).where(waivers.c.contract.in_(wanted), *self._seen)
        rows = self._connection.execute(query.order_by(waivers.c.id.desc()))
        return self._shown(_waiver(row) for row in rows)

    def all(self, limit: int = 200) -> Sequence[Waiver]:
        """Newest first."""
        query = select(waivers).where(*self._seen).order_by(waivers.c.id.desc()).limit(limit)
        return self._shown(_waiver(row) for row in self._connection.execute(query))

    def put(self, waiver: Waiver) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(waiver, c.name) for c in waivers.columns}
        row |= {
            "fingerprints": to_json(waiver.fingerprints),
            "consumers": to_json(waiver.consumers),
            "approvals": to_json(waiver.approvals),
            "teams": to_json(waiver.teams),
        }
        changed = self._connection.execute(
            update(waivers).where(waivers.c.id == waiver.id).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(waivers).values(row))


def _waiver(row: Row[Any]) -> Waiver:
    values = dict(row._mapping)
    values |= {
        "fingerprints": frozenset(values["fingerprints"]),
        "consumers": frozenset(values["consumers"]),
        "teams": frozenset(values["teams"]),
        "approvals": tuple(
            Approval(**item | {"at": datetime.fromisoformat(item["at"])})
            for item in values["approvals"]
        ),
    }
    return Waiver(**values)
