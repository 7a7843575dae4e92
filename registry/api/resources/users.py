"""People with a login of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field, SecretStr

from registry.api.routes import Input, route
from registry.domain import Role, User
from registry.security.passwords import ArgonPasswords
from registry.security.requests import caller, runtime
from registry.services import manage_users as manage
from registry.services.authorization import Action


class UserRequest(Input):
    """``teams``: those the user acts for."""

    login: str = Field(max_length=120)
    password: SecretStr
    name: str = Field("", max_length=100)
    roles: list[Role] = Field(default_factory=lambda: [Role.VIEWER], min_length=1)
    teams: list[str] = Field(default_factory=list, max_length=1000)


class UserChange(Input):
    """What is left out stays as it is; a new password ends every session."""

    name: str | None = Field(None, max_length=100)
    roles: list[Role] | None = Field(None, min_length=1)
    teams: list[str] | None = Field(None, max_length=1000)
    disabled: bool | None = None
    password: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class UserList:
    """Users by login, without their passwords."""

    users: Sequence[User]


@route("GET", "/users", action=Action.MANAGE_USERS)
def list_users() -> UserList:
    """Every user."""
    return UserList(manage.list_users(runtime().uow, caller()))


@route("POST", "/users", action=Action.MANAGE_USERS, status=201, problems=(400, 404, 409))
def create_user(body: UserRequest) -> User:
    """A new user, who signs in with login and password."""
    command = manage.CreateUser(
        body.login,
        body.password.get_secret_value(),
        body.name,
        frozenset(body.roles),
        frozenset(body.teams),
    )
    return manage.create_user(command, runtime().uow, caller(), ArgonPasswords())


@route("PATCH", "/users/{login}", action=Action.MANAGE_USERS, problems=(400, 404))
def change_user(login: str, body: UserChange) -> User:
    """Change roles, teams or password, or disable a user: that counts at once."""
    command = manage.ChangeUser(
        login,
        body.name,
        None if body.roles is None else frozenset(body.roles),
        None if body.teams is None else frozenset(body.teams),
        body.disabled,
        body.password.get_secret_value() if body.password else None,
    )
    return manage.change_user(command, runtime().uow, caller(), ArgonPasswords())
