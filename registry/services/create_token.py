"""API tokens: create (shown once), list, revoke; and who a presented secret belongs to."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from registry.domain import Principal, Role, Token, User
from registry.domain.identifiers import new_id
from registry.domain.people import PrincipalKind, TokenKind
from registry.errors import Invalid, NotFound, Unauthenticated
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record

PREFIX = "ilk_"
"""Every secret starts so, that scanners for leaked secrets can know it."""
USED_EVERY = timedelta(minutes=10)
"""How exactly the last use is remembered; not every request writes."""


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
    authorize(caller, Action.MANAGE_TOKENS)
    return make_token(command, uow, caller)


def make_token(
    command: CreateToken, uow: UnitOfWork, caller: Principal, user: str | None = None
) -> CreatedToken:
    """The token, of nobody or of a user; who may make it was asked before."""
    now = uow.now()
    name = command.name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise Invalid("name", "give the token a name of 1 to 100 printable characters")
    if not command.roles:
        raise Invalid("roles", "give the token at least one role")
    if command.expires_at is not None and command.expires_at <= now:
        raise Invalid("expires_at", "lies in the past; give a later instant, or none")
    with uow.write() as store:
        for team in sorted(command.teams):
            if store.estate.find_team(team) is None:
                raise NotFound(f"no team is named {team!r}")
        created = issue(
            store,
            name=name,
            roles=command.roles,
            teams=command.teams,
            kind=TokenKind.API,
            now=now,
            by=caller.name,
            expires_at=command.expires_at,
            user=user,
        )
        record(
            store,
            caller,
            now,
            "token.created",
            f"token:{created.token.id}",
            after=created.token,
            details={"name": name, "roles": command.roles, "teams": command.teams},
            announce=False,
        )
    return created


def issue(
    store: Store,
    *,
    name: str,
    roles: frozenset[Role],
    teams: frozenset[str],
    kind: TokenKind,
    now: datetime,
    by: str,
    expires_at: datetime | None,
    user: str | None = None,
) -> CreatedToken:
    """Store a fresh token; audit is up to the caller."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        id=new_id("tok"),
        name=name,
        prefix=secret[:8],
        secret_sha256=hash_secret(secret),
        roles=roles,
        teams=teams,
        created_at=now,
        created_by=by,
        kind=kind,
        expires_at=expires_at,
        user=user,
    )
    store.tokens.put(token)
    return CreatedToken(token, secret)


def hash_secret(secret: str) -> str:
    """What is stored of a secret.

    Plain SHA-256: a secret carries 256 random bits, so there is nothing to guess that a slow
    hash would slow down, and each request costs microseconds instead of a tenth of a second.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def list_tokens(uow: UnitOfWork, caller: Principal) -> Sequence[Token]:
    """Every token, newest first, without secrets."""
    authorize(caller, Action.MANAGE_TOKENS)
    with uow.read() as store:
        return store.tokens.all()


def revoke_token(token: str, uow: UnitOfWork, caller: Principal) -> Token:
    """It opens nothing from now on; revoking again is a no-op.

    Raises:
        NotFound: no such token.
    """
    authorize(caller, Action.MANAGE_TOKENS)
    return withdraw(token, uow, caller)


def withdraw(token: str, uow: UnitOfWork, caller: Principal) -> Token:
    """Revoke it; who may was asked before."""
    with uow.write() as store:
        found = store.tokens.get(token)
        if found.revoked_at is not None:
            return found
        revoked = replace(found, revoked_at=uow.now())
        store.tokens.put(revoked)
        record(
            store,
            caller,
            uow.now(),
            "token.revoked",
            f"token:{found.id}",
            before=found,
            after=revoked,
            details={"name": found.name},
            announce=False,
        )
        return revoked


def authenticate(secret: str, uow: UnitOfWork) -> Principal:
    """The caller a secret belongs to.

    Raises:
        Unauthenticated: it is unknown, expired or revoked.
    """
    with uow.read() as store:
        token = store.tokens.find_by_hash(hash_secret(secret)) if secret else None
        user = store.users.by_id(token.user) if token is not None and token.user else None
    now = uow.now()
    if token is None or token.kind is not TokenKind.API:
        raise Unauthenticated("the token is unknown; ask an admin for a new one")
    if token.revoked_at is not None:
        raise Unauthenticated(f"the token {token.name!r} was revoked; ask an admin for a new one")
    if not token.usable(now):
        raise Unauthenticated(f"the token {token.name!r} has expired; ask an admin for a new one")
    if token.user is not None and (user is None or user.disabled_at is not None):
        raise Unauthenticated(f"the user of the token {token.name!r} is disabled")
    if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
        with uow.write() as store:
            store.tokens.touch(token.id, now)
    return principal_of(token, user)


def principal_of(token: Token, user: User | None = None) -> Principal:
    """The caller that a token stands for.

    A session of a user has what the user has now; a token of a user has what it was made with,
    as far as the user has that now, and acts in the user's name.
    """
    session = token.kind is TokenKind.SESSION
    roles, teams = token.roles, token.teams
    if user is not None and session:
        roles, teams = user.roles, user.teams
    elif user is not None and Role.ADMIN not in user.roles:
        roles, teams = roles & user.roles | (user.roles & {Role.PARTNER}), teams & user.teams
    name = token.name if session else f"token:{token.name}"
    return Principal(
        name=user.login if user is not None else name,
        roles=roles,
        teams=teams,
        kind=PrincipalKind.SESSION if session else PrincipalKind.TOKEN,
        token_id=token.id,
        user_id=token.user,
    )
