"""Users: create, change, disable, give a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from registry.domain import Principal, Role, Token, User
from registry.domain.identifiers import check_slug, new_id
from registry.errors import Conflict, Invalid, NotFound, Unauthenticated
from registry.services.authorization import Action, authorize
from registry.services.people_port import Passwords
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record

LEAST, MOST = 12, 256
"""Characters of a password."""


@dataclass(frozen=True, slots=True)
class CreateUser:
    """``teams``: those the user acts for."""

    login: str
    password: str = field(repr=False)
    name: str = ""
    roles: frozenset[Role] = frozenset({Role.VIEWER})
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangeUser:
    """None leaves as it is; a new password ends every session."""

    login: str
    name: str | None = None
    roles: frozenset[Role] | None = None
    teams: frozenset[str] | None = None
    disabled: bool | None = None
    password: str | None = field(default=None, repr=False)


def create_user(
    command: CreateUser, uow: UnitOfWork, caller: Principal, passwords: Passwords
) -> User:
    """A new user.

    Raises:
        Invalid: a bad login, no role, a weak password.
        Conflict: the login is taken.
        NotFound: no such team.
    """
    authorize(caller, Action.MANAGE_USERS)
    login = check_slug("login", command.login)
    name = _named(command.name or login)
    _check_password(command.password, login)
    hashed = passwords.hash(command.password)
    now = uow.now()
    with uow.write() as store:
        if store.users.find(login) is not None:
            raise Conflict(f"there is a user {login} already; choose another login")
        _check_rights(store, command.roles, command.teams)
        user = User(
            id=new_id("usr"),
            login=login,
            name=name,
            roles=command.roles,
            teams=command.teams,
            password_hash=hashed,
            created_at=now,
            created_by=caller.name,
            password_changed_at=now,
        )
        store.users.put(user)
        _record(store, caller, "user.created", None, user, uow)
    return user


def change_user(
    command: ChangeUser, uow: UnitOfWork, caller: Principal, passwords: Passwords
) -> User:
    """Change a user; whoever is disabled or gets a new password is signed out everywhere.

    Raises:
        NotFound: no such user or team.
        Invalid: no role left, a weak password, or an admin who would disable themselves.
    """
    authorize(caller, Action.MANAGE_USERS)
    hashed = None
    if command.password is not None:
        _check_password(command.password, command.login)
        hashed = passwords.hash(command.password)
    now = uow.now()
    with uow.write() as store:
        old = store.users.get(command.login)
        if hashed is not None and old.external_id is not None:
            raise Invalid("password", "is kept by the identity provider of this user")
        if command.disabled and old.id == caller.user_id:
            raise Invalid("disabled", "you cannot disable yourself; ask another administrator")
        new = replace(
            old,
            name=old.name if command.name is None else _named(command.name),
            roles=old.roles if command.roles is None else command.roles,
            teams=old.teams if command.teams is None else command.teams,
        )
        if command.disabled is not None and command.disabled != (old.disabled_at is not None):
            new = replace(new, disabled_at=now if command.disabled else None)
        if hashed is not None:
            new = replace(new, password_hash=hashed, password_changed_at=now)
        if new == old:
            return old
        _check_rights(store, new.roles, new.teams - old.teams)
        store.users.put(new)
        if hashed is not None or new.disabled_at is not None:
            store.tokens.end_sessions(new.id, now)
        _record(store, caller, "user.changed", old, new, uow)
    return new


def change_password(
    old: str, new: str, uow: UnitOfWork, caller: Principal, passwords: Passwords
) -> None:
    """The caller's own; every other session of theirs ends.

    Raises:
        Unauthenticated: the caller is no signed-in user.
        Invalid: the old password is wrong, or the new one weak.
    """
    with uow.read() as store:
        user = store.users.by_id(caller.user_id) if caller.user_id else None
    if user is None:
        raise Unauthenticated("only a user who signed in with a password has one to change")
    if not passwords.matches(user.password_hash, old):
        raise Invalid("old", "is not your password")
    _check_password(new, user.login, "new")
    hashed = passwords.hash(new)
    now = uow.now()
    with uow.write() as store:
        changed = replace(user, password_hash=hashed, password_changed_at=now)
        store.users.put(changed)
        store.tokens.end_sessions(user.id, now, spare=caller.token_id or "")
        _record(store, caller, "user.password-changed", user, changed, uow)


def list_users(uow: UnitOfWork, caller: Principal) -> Sequence[User]:
    """Every user by login, without password hashes at every edge."""
    authorize(caller, Action.MANAGE_USERS)
    with uow.read() as store:
        return store.users.all()


def find_user(login: str, uow: UnitOfWork, caller: Principal) -> User:
    """One user.

    Raises:
        NotFound: no such user.
    """
    authorize(caller, Action.MANAGE_USERS)
    with uow.read() as store:
        return store.users.get(login)


def tokens_of(user: str, uow: UnitOfWork, caller: Principal) -> Sequence[Token]:
    """The API tokens that a user made for themselves, by the user's id."""
    authorize(caller, Action.MANAGE_USERS)
    with uow.read() as store:
        return [token for token in store.tokens.all() if token.user == user]


def _record(
    store: Store, caller: Principal, action: str, old: User | None, new: User, uow: UnitOfWork
) -> None:
    details = {"roles": new.roles, "teams": new.teams, "disabled": new.disabled_at is not None}
    subject = f"user:{new.login}"
    now = uow.now()
    record(
        store, caller, now, action, subject, before=old, after=new, details=details, announce=False
    )


def _check_rights(store: Store, roles: frozenset[Role], teams: frozenset[str]) -> None:
    if not roles:
        raise Invalid("roles", "give the user at least one role")
    for team in sorted(teams):
        if store.estate.find_team(team) is None:
            raise NotFound(f"no team is named {team!r}")


def _check_password(password: str, login: str, field_: str = "password") -> None:
    if not LEAST <= len(password) <= MOST:
        raise Invalid(field_, f"needs {LEAST} to {MOST} characters")
    if login in password.lower() or len(set(password)) < 5:
        raise Invalid(field_, "is easy to guess; use several words, and not the login")


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise Invalid("name", "use 1 to 100 printable characters")
    return name
