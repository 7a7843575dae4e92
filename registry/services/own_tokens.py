"""API tokens that a user makes for themselves: never worth more than the user is now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from registry.domain import Principal, Token
from registry.domain.people import TokenKind
from registry.errors import Forbidden, Invalid, NotFound, Unauthenticated
from registry.services.authorization import Action, authorize
from registry.services.create_token import CreatedToken, CreateToken, make_token, withdraw
from registry.services.ports import UnitOfWork
from registry.services.rotate_token import renew

LONGEST = timedelta(days=366)
"""A person's token ends; a service's is the administrator's."""


def create_own_token(command: CreateToken, uow: UnitOfWork, caller: Principal) -> CreatedToken:
    """A token of the caller: its roles and teams count as far as the caller has them then.

    Raises:
        Unauthenticated: the caller is no user.
        Forbidden: a role or team that the caller does not have.
        Invalid: a bad name, no role, no end or one more than a year away.
    """
    user = _user(caller)
    if not caller.is_admin and not (
        command.roles <= caller.roles and command.teams <= caller.teams
    ):
        raise Forbidden("a token of yours has at most your own roles and teams")
    now = uow.now()
    if command.expires_at is None or command.expires_at > now + LONGEST:
        raise Invalid("expires_at", f"give your token an end, at most {LONGEST.days} days away")
    return make_token(command, uow, caller, user)


def list_own_tokens(uow: UnitOfWork, caller: Principal) -> Sequence[Token]:
    """The caller's API tokens, newest first, without secrets."""
    user = _user(caller)
    with uow.read() as store:
        return [token for token in store.tokens.all() if token.user == user]


def revoke_own_token(token: str, uow: UnitOfWork, caller: Principal) -> Token:
    """It opens nothing from now on.

    Raises:
        NotFound: the caller has no such token.
    """
    _check_own(token, uow, _user(caller))
    return withdraw(token, uow, caller)


def rotate_own_token(
    token: str, overlap: timedelta, uow: UnitOfWork, caller: Principal
) -> CreatedToken:
    """A new secret; the old one stays good for the overlap.

    Raises:
        NotFound: the caller has no such token.
        Conflict: it is over.
    """
    _check_own(token, uow, _user(caller))
    return renew(token, overlap, uow, caller)


def _user(caller: Principal) -> str:
    authorize(caller, Action.OWN_TOKENS)
    if not caller.user_id:
        raise Unauthenticated("tokens of your own take a login of your own; sign in with it")
    return caller.user_id


def _check_own(token: str, uow: UnitOfWork, user: str) -> None:
    with uow.read() as store:
        found = store.tokens.get(token)
    if found.kind is not TokenKind.API or found.user != user:
        raise NotFound(f"no token has the id {token!r}")
