"""Enter with a login and a password; who guesses is stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from registry.domain import Principal, User
from registry.domain.people import TokenKind
from registry.errors import TooManyAttempts, Unauthenticated
from registry.services.create_token import issue, principal_of
from registry.services.people_port import Passwords
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record

WINDOW = timedelta(minutes=15)
"""Attempts are counted from the first one, and forgotten after this time."""
MOST_OF_PAIR, MOST_OF_ONE = 5, 100
"""Attempts within the window for one login from one address, and for either alone."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """``address``: where the request comes from."""

    login: str
    password: str = field(repr=False)
    address: str


def sign_in_user(
    command: SignIn, uow: UnitOfWork, passwords: Passwords, session: timedelta
) -> Principal:
    """Open a session for the user.

    An unknown login takes as long as a wrong password, and reads the same. The attempt is counted
    before the password is looked at, so that many at once are counted too.

    Raises:
        Unauthenticated: login or password is wrong, or the user is disabled.
        TooManyAttempts: come back later.
    """
    login = command.login.strip().lower()[:120]
    keys = _keys(login, command.address[:100])
    user = _count(keys, login, uow)
    known = user.password_hash if user else passwords.decoy
    good = passwords.matches(known, command.password[:256])
    if user is None or not good or user.disabled_at is not None:
        raise Unauthenticated("the login or the password is wrong")
    with uow.write() as store:
        for key, (count, since) in store.users.attempts(keys).items():
            store.users.put_attempts(key, count - 1 if key.startswith("address:") else 0, since)
        return open_session(store, user, uow.now(), session)


def open_session(store: Store, user: User, now: datetime, session: timedelta) -> Principal:
    """A session for a user who proved who they are."""
    opened = issue(
        store,
        name=user.login,
        roles=user.roles,
        teams=user.teams,
        kind=TokenKind.SESSION,
        now=now,
        by=user.login,
        expires_at=now + session,
        user=user.id,
    ).token
    caller = principal_of(opened, user)
    subject = f"user:{user.login}"
    record(store, caller, now, "session.opened", subject, after=opened, announce=False)
    return caller


def _keys(login: str, address: str) -> Mapping[str, int]:
    return {
        f"pair:{login}@{address}": MOST_OF_PAIR,
        f"login:{login}": MOST_OF_ONE,
        f"address:{address}": MOST_OF_ONE,
    }


def _count(keys: Mapping[str, int], login: str, uow: UnitOfWork) -> User | None:
    now = uow.now()
    with uow.write() as store:
        found = store.users.attempts(keys)
        fresh: dict[str, tuple[int, datetime]] = {
            key: (count, since) for key, (count, since) in found.items() if now - since < WINDOW
        }
        for key, most in keys.items():
            count, since = fresh.get(key, (0, now))
            if count >= most:
                minutes = int((since + WINDOW - now).total_seconds() // 60) + 1
                raise TooManyAttempts(f"too many attempts to sign in; try in {minutes} minutes")
        for key in keys:
            count, since = fresh.get(key, (0, now))
            store.users.put_attempts(key, count + 1, since)
        return store.users.find(login)
