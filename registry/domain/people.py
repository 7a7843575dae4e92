"""Who acts: teams, roles, principals, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Team:
    """People who own systems and contracts."""

    id: str
    name: str
    contact: str = ""
    description: str = ""
    active: bool = True
    members: tuple[Mapping[str, Any], ...] = ()
    """Name, contact and role of each person, as the estate states them."""


class Role(StrEnum):
    """What a caller may do; what each role allows stands in ``services/authorization.py``."""

    PARTNER = "partner"
    """Somebody from outside: sees only what is shared with their teams, whatever else they are."""
    VIEWER = "viewer"
    PUBLISHER = "publisher"
    APPROVER = "approver"
    ADMIN = "admin"


class PrincipalKind(StrEnum):
    """How the caller proved who they are."""

    ANONYMOUS = "anonymous"
    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    SESSION = "session"
    SYSTEM = "system"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of a use case: a name for the audit log, roles, and the teams they act for."""

    name: str
    roles: frozenset[Role] = frozenset({Role.VIEWER})
    teams: frozenset[str] = frozenset()
    kind: PrincipalKind = PrincipalKind.ANONYMOUS
    token_id: str | None = None
    user_id: str | None = None

    @property
    def is_admin(self) -> bool:
        """Whether every action on every team is allowed."""
        return Role.ADMIN in self.roles

    @property
    def is_partner(self) -> bool:
        """Whether they see only what is shared with their teams."""
        return Role.PARTNER in self.roles and not self.is_admin

    @property
    def known(self) -> bool:
        """Whether the caller proved who they are."""
        return self.kind is not PrincipalKind.ANONYMOUS

    def acts_for(self, team: str | None) -> bool:
        """Whether the caller is an admin or belongs to ``team``."""
        return self.is_admin or (team is not None and team in self.teams)


@dataclass(frozen=True, slots=True)
class User:
    """A person with a login of their own."""

    id: str
    login: str
    """Lower case, unique; stands in the audit log."""
    name: str
    roles: frozenset[Role]
    teams: frozenset[str]
    password_hash: str = field(repr=False)
    """Argon2id in the PHC string format (RFC 9106)."""
    created_at: datetime
    created_by: str
    password_changed_at: datetime
    disabled_at: datetime | None = None
    external_id: str | None = None
    """``issuer|subject`` of whoever signs in through an identity provider."""


ANONYMOUS = Principal("anonymous")
NOBODY = Principal("anonymous", frozenset())
"""Who has not said who they are, where reading takes a login."""
SYSTEM = Principal("interlock", frozenset({Role.ADMIN}), kind=PrincipalKind.SYSTEM)
"""The registry itself: demo set-up, schedules, workers."""
OPEN = Principal("open", frozenset(Role) - {Role.PARTNER}, kind=PrincipalKind.OPEN)
"""Every caller of a registry started with ``--open``."""


class TokenKind(StrEnum):
    """What a secret opens: the API, one browser session, or one first visit."""

    API = "api"
    SESSION = "session"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as it is remembered: its hash, never its secret."""

    id: str
    name: str
    prefix: str
    """The first characters of the secret, to recognise it by: ``ilk_3fA9``."""
    secret_sha256: str = field(repr=False)
    roles: frozenset[Role]
    teams: frozenset[str]
    created_at: datetime
    created_by: str
    kind: TokenKind = TokenKind.API
    expires_at: datetime | None = None
    user: str | None = None
    """Id of the user whose session it is; roles and teams are then those the user has now."""
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def usable(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
