"""What is shared with whom, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from registry.domain.sharing import Share, ShareKind
from registry.errors import NotFound
from registry.store.tables import shares


class SqlShares:
    """Implements :class:`registry.services.ports.Shares`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, id_: str) -> Share:
        """By id."""
        row = self._connection.execute(select(shares).where(shares.c.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"no share has the id {id_!r}")
        return _share(row)

    def find(self, *, kind: str = "", subject: str = "", team: str = "") -> Sequence[Share]:
        """Those not revoked, newest first."""
        query = select(shares).where(shares.c.revoked_at.is_(None)).order_by(shares.c.id.desc())
        for column, value in ((shares.c.kind, kind), (shares.c.subject, subject)):
            query = query.where(column == value) if value else query
        query = query.where(shares.c.team == team) if team else query
        return [_share(row) for row in self._connection.execute(query)]

    def put(self, share: Share) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(share, c.name) for c in shares.columns}
        row["kind"] = share.kind.value
        changed = self._connection.execute(
            update(shares).where(shares.c.id == share.id).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(shares).values(row))


def _share(row: Row[Any]) -> Share:
    return Share(**dict(row._mapping) | {"kind": ShareKind(row.kind)})
