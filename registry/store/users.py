"""Users and attempts to sign in, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, delete, exists, insert, select, update

from registry.domain import Role, User
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.store.tables import attempts, users


class SqlUsers:
    """Implements :class:`registry.services.ports.Users`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, login: str) -> User | None:
        """By login."""
        query = select(users).where(users.c.login == login)
        row = self._connection.execute(query).one_or_none()
        return _user(row) if row else None

    def get(self, login: str) -> User:
        """By login."""
        found = self.find(login)
        if found is None:
            raise NotFound(f"no user has the login {login[:100]!r}")
        return found

    def by_id(self, id_: str) -> User | None:
        """By id."""
        row = self._connection.execute(select(users).where(users.c.id == id_)).one_or_none()
        return _user(row) if row else None

    def by_external_id(self, external_id: str) -> User | None:
        """By issuer and subject."""
        query = select(users).where(users.c.external_id == external_id)
        row = self._connection.execute(query).one_or_none()
        return _user(row) if row else None

    def all(self) -> Sequence[User]:
        """By login."""
        return [_user(row) for row in self._connection.execute(select(users).order_by("login"))]

    def put(self, user: User) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(user, c.name) for c in users.columns}
        row |= {"roles": to_json(user.roles), "teams": to_json(user.teams)}
        changed = self._connection.execute(update(users).where(users.c.id == user.id).values(row))
        if changed.rowcount == 0:
            self._connection.execute(insert(users).values(row))

    def any_admin(self) -> bool:
        """Whether anybody has the role, disabled or not."""
        admin = users.c.roles.cast(String).contains('"admin"')
        return bool(self._connection.scalar(select(exists().where(admin))))

    def attempts(self, keys: Iterable[str]) -> Mapping[str, tuple[int, datetime]]:
        """How often since when, locked until the transaction ends."""
        query = select(attempts).where(attempts.c.key.in_(list(keys))).order_by(attempts.c.key)
        rows = self._connection.execute(query.with_for_update())
        return {row.key: (row._mapping["count"], row.since) for row in rows}

    def put_attempts(self, key: str, count: int, since: datetime) -> None:
        """Insert or replace; a count of 0 forgets."""
        self._connection.execute(delete(attempts).where(attempts.c.key == key))
        if count > 0:
            values = {"key": key, "count": count, "since": since}
            self._connection.execute(insert(attempts).values(values))


def _user(row: Row[Any]) -> User:
    values = dict(row._mapping)
    values |= {
        "roles": frozenset(Role(role) for role in values["roles"]),
        "teams": frozenset(values["teams"]),
    }
    return User(**values)
