"""What the use cases need to know of people: users, credentials, what partners are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from registry.domain import Share, Token, User


class Shares(Protocol):
    """What is shown to external partners."""

    def get(self, id_: str) -> Share: ...
    def find(self, *, kind: str = "", subject: str = "", team: str = "") -> Sequence[Share]:
        """Those not revoked, newest first; what is empty does not filter."""

    def put(self, share: Share) -> None: ...


class Tokens(Protocol):
    """API tokens and one-time links, by hash."""

    def find_by_hash(self, sha256: str) -> Token | None: ...
    def get(self, id_: str) -> Token: ...
    def all(self) -> Sequence[Token]: ...
    def put(self, token: Token) -> None: ...
    def touch(self, id_: str, at: datetime) -> None: ...
    def links(self) -> Sequence[Token]:
        """One-time links that nobody followed yet."""

    def use_up(self, id_: str, at: datetime) -> bool:
        """Revoke it; False if somebody else did so before."""

    def end_sessions(self, user: str, at: datetime, spare: str = "") -> int:
        """Revoke every session of a user but the spared one; gives how many."""

    def any_admin(self) -> bool:
        """Whether any token ever had the role, revoked or not."""


class Users(Protocol):
    """People with a login, and attempts to sign in."""

    def find(self, login: str) -> User | None: ...
    def get(self, login: str) -> User: ...
    def by_id(self, id_: str) -> User | None: ...
    def by_external_id(self, external_id: str) -> User | None: ...
    def all(self) -> Sequence[User]: ...
    def put(self, user: User) -> None: ...
    def any_admin(self) -> bool: ...
    def attempts(self, keys: Iterable[str]) -> Mapping[str, tuple[int, datetime]]:
        """How often since when, locked until the transaction ends."""

    def put_attempts(self, key: str, count: int, since: datetime) -> None:
        """Insert or replace; a count of 0 forgets."""


class Passwords(Protocol):
    """A slow, salted hash."""

    def hash(self, password: str) -> str: ...
    @property
    def decoy(self) -> str:
        """A hash of nobody's password, for logins that do not exist."""

    def matches(self, hashed: str, password: str) -> bool: ...
