"""Rotate a token: a new secret now, the old one good for a stated time still."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from registry.domain import Principal
from registry.domain.people import TokenKind
from registry.errors import Conflict, Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.create_token import CreatedToken, issue
from registry.services.ports import UnitOfWork
from registry.services.recording import record

LONGEST = timedelta(days=30)


def rotate_token(
    token: str, overlap: timedelta, uow: UnitOfWork, caller: Principal
) -> CreatedToken:
    """A token with the same name, rights and lifetime; the old one ends after ``overlap``.

    Raises:
        NotFound: no such token.
        Conflict: it is revoked or expired.
        Invalid: the overlap is negative or longer than 30 days.
    """
    authorize(caller, Action.MANAGE_TOKENS)
    return renew(token, overlap, uow, caller)


def renew(token: str, overlap: timedelta, uow: UnitOfWork, caller: Principal) -> CreatedToken:
    """Rotate it; who may was asked before."""
    if not timedelta() <= overlap <= LONGEST:
        raise Invalid("overlap", "is from 0 hours to 30 days")
    now = uow.now()
    with uow.write() as store:
        old = store.tokens.get(token)
        if old.kind is not TokenKind.API:
            raise NotFound(f"no token has the id {token!r}")
        if not old.usable(now):
            raise Conflict(f"the token {old.name!r} is over; create a new one")
        lifetime = None if old.expires_at is None else old.expires_at - old.created_at
        created = issue(
            store,
            name=old.name,
            roles=old.roles,
            teams=old.teams,
            kind=TokenKind.API,
            now=now,
            by=caller.name,
            expires_at=None if lifetime is None else now + lifetime,
            user=old.user,
        )
        end = now + overlap
        ending = replace(old, expires_at=min(end, old.expires_at or end))
        store.tokens.put(ending)
        record(
            store,
            caller,
            now,
            "token.rotated",
            f"token:{old.id}",
            before=old,
            after=ending,
            details={"name": old.name, "new": created.token.id, "old_until": ending.expires_at},
            announce=False,
        )
    return created
