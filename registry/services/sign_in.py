"""Enter with a token or a one-time link, and be recalled by the session afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from registry.domain import SYSTEM, Principal, Role, Token
from registry.domain.people import TokenKind
from registry.errors import NotFound, Unauthenticated
from registry.services.create_token import authenticate, hash_secret, issue, principal_of
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record

LINK_LIFE = timedelta(hours=24)
"""How long the link of the first start can be followed."""


def first_link(uow: UnitOfWork) -> str | None:
    """The secret of a one-time admin link, or None once there is or was an admin.

    Asking again before it was used gives a new one; the older one opens nothing any more.
    """
    with uow.write() as store:
        if store.tokens.any_admin() or store.users.any_admin():
            return None
        now = uow.now()
        for old in store.tokens.links():
            store.tokens.put(replace(old, revoked_at=now))
        link = issue(
            store,
            name="first admin",
            roles=frozenset({Role.ADMIN}),
            teams=frozenset(),
            kind=TokenKind.LINK,
            now=now,
            by=SYSTEM.name,
            expires_at=now + LINK_LIFE,
        )
        return link.secret


def enter(secret: str, uow: UnitOfWork, session: timedelta) -> Principal:
    """The caller a secret lets in; a one-time link is used up and opens one session.

    Raises:
        Unauthenticated: it is unknown, expired, revoked or used up.
    """
    now = uow.now()
    with uow.read() as store:
        token = store.tokens.find_by_hash(hash_secret(secret)) if secret else None
    if token is None or token.kind is not TokenKind.LINK:
        return authenticate(secret, uow)
    with uow.write() as store:
        if not store.tokens.use_up(token.id, now) or not token.usable(now):
            raise Unauthenticated("the link was used or has expired; restart to get a new one")
        opened = _open_session(store, token, uow, session)
    return principal_of(opened)


def _open_session(store: Store, link: Token, uow: UnitOfWork, session: timedelta) -> Token:
    now = uow.now()
    opened = issue(
        store,
        name=link.name,
        roles=link.roles,
        teams=link.teams,
        kind=TokenKind.SESSION,
        now=now,
        by=link.created_by,
        expires_at=now + session,
    ).token
    subject = f"token:{opened.id}"
    record(store, SYSTEM, now, "session.opened", subject, after=opened, announce=False)
    return opened


def recall(token: str, uow: UnitOfWork) -> Principal:
    """The caller that a token id of a session stands for now.

    Raises:
        Unauthenticated: it was revoked, has expired, or never was.
    """
    with uow.read() as store:
        try:
            found = store.tokens.get(token)
        except NotFound:
            raise Unauthenticated("the session is unknown; sign in again") from None
        user = store.users.by_id(found.user) if found.user else None
    if found.kind is TokenKind.LINK or not found.usable(uow.now()):
        raise Unauthenticated("the session is over; sign in again")
    if found.user and (user is None or user.disabled_at is not None):
        raise Unauthenticated("the user is disabled; ask an administrator")
    return principal_of(found, user)


def end_session(token: str, uow: UnitOfWork) -> None:
    """A session of a user or a link opens nothing any more; a token goes on."""
    with uow.write() as store:
        try:
            found = store.tokens.get(token)
        except NotFound:
            return
        if found.kind is TokenKind.SESSION:
            store.tokens.use_up(token, uow.now())
