"""API tokens: create (shown once), list, revoke; and who a presented secret belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from registry.domain import Principal, Role, Token
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class CreateToken:
    """``teams``: those it acts for; ``expires_at`` None: it does not expire."""

    name: str
    roles: frozenset[Role] = frozenset({Role.VIEWER})
    teams: frozenset[str] = frozenset()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """The token and its secret, which is shown now and never again."""

    token: Token
    secret: str = field(repr=False)


def create_token(command: CreateToken, uow: UnitOfWork, caller: Principal) -> CreatedToken:
    """A fresh token.

    Raises:
        Invalid: a bad name, no role, an expiry in the past.
        NotFound: no such team.
    """
    raise NotImplementedError


def list_tokens(uow: UnitOfWork, caller: Principal) -> Sequence[Token]:
    """Every token, newest first, without secrets."""
    raise NotImplementedError


def revoke_token(token: str, uow: UnitOfWork, caller: Principal) -> Token:
    """It opens nothing from now on; revoking again is a no-op.

    Raises:
        NotFound: no such token.
    """
    raise NotImplementedError


def authenticate(secret: str, uow: UnitOfWork) -> Principal:
    """The caller a secret belongs to.

    Raises:
        Unauthenticated: it is unknown, expired or revoked.
    """
    raise NotImplementedError
