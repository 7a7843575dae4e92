"""Tokens as rows; the secret itself is never stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, exists, insert, select, update

from registry.domain import Role, Token
from registry.domain.encode import to_json
from registry.domain.people import TokenKind
from registry.errors import NotFound
from registry.store.tables import tokens


class SqlTokens:
    """Implements :class:`registry.services.ports.Tokens`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_by_hash(self, sha256: str) -> Token | None:
        """By the hash of its secret."""
        query = select(tokens).where(tokens.c.secret_sha256 == sha256)
        row = self._connection.execute(query).one_or_none()
        return _token(row) if row else None

    def get(self, id_: str) -> Token:
        """By id."""
        row = self._connection.execute(select(tokens).where(tokens.c.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"no token has the id {id_!r}")
        return _token(row)

    def all(self) -> Sequence[Token]:
        """API tokens, newest first."""
        query = select(tokens).where(tokens.c.kind == TokenKind.API.value)
        return [_token(row) for row in self._connection.execute(query.order_by(tokens.c.id.desc()))]

    def put(self, token: Token) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(token, c.name) for c in tokens.columns}
        row |= {
            "roles": to_json(token.roles),
            "teams": to_json(token.teams),
            "kind": token.kind.value,
        }
        changed = self._connection.execute(
            update(tokens).where(tokens.c.id == token.id).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(tokens).values(row))

    def touch(self, id_: str, at: datetime) -> None:
        """It was used."""
        self._connection.execute(update(tokens).where(tokens.c.id == id_).values(last_used_at=at))

    def links(self) -> Sequence[Token]:
        """Neither followed nor replaced."""
        c = tokens.c
        query = select(tokens).where(c.kind == TokenKind.LINK.value, c.revoked_at.is_(None))
        return [_token(row) for row in self._connection.execute(query)]

    def use_up(self, id_: str, at: datetime) -> bool:
        """One conditional update decides between two who follow the same link."""
        changed = self._connection.execute(
            update(tokens)
            .where(tokens.c.id == id_, tokens.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        return changed.rowcount == 1

    def end_sessions(self, user: str, at: datetime, spare: str = "") -> int:
        """Revoke every session of a user but the spared one; gives how many."""
        c = tokens.c
        session = c.kind == TokenKind.SESSION.value
        wanted = (session, c.user == user, c.revoked_at.is_(None), c.id != spare)
        return self._connection.execute(
            update(tokens).where(*wanted).values(revoked_at=at)
        ).rowcount

    def any_admin(self) -> bool:
        """Whether any ever had the role; links that nobody followed do not count."""
        admin = tokens.c.roles.cast(String).contains('"admin"')
        real = tokens.c.kind != TokenKind.LINK.value
        return bool(self._connection.scalar(select(exists().where(admin, real))))


def _token(row: Row[Any]) -> Token:
    values = dict(row._mapping)
    values |= {
        "roles": frozenset(Role(role) for role in values["roles"]),
        "teams": frozenset(values["teams"]),
        "kind": TokenKind(values["kind"]),
    }
    return Token(**values)
