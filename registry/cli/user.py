"""``interlock user``: people with a login; works on the registry's own database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli.settings import storage_options

if TYPE_CHECKING:
    from registry.services.ports import UnitOfWork

ROLES = click.Choice(["partner", "viewer", "publisher", "approver", "admin"])


@click.group("user")
def command() -> None:
    """Create, list and change users. For the first administrator no server need run."""


@command.command("create")
@click.argument("login")
@click.option("--name", default="", help="Shown name; default: the login.")
@click.option("--role", "roles", multiple=True, type=ROLES, default=["viewer"], show_default=True)
@click.option("--team", "teams", multiple=True, help="Team the user acts for; may be repeated.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@storage_options
def create(
    login: str,
    name: str,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    password_stdin: bool,
    database: str | None,
    data: Path | None,
) -> None:
    """Create the user LOGIN; the password is asked for, there is no default."""
    from registry.domain import SYSTEM, Role
    from registry.security.passwords import ArgonPasswords
    from registry.services.manage_users import CreateUser, create_user

    uow = _open(database, data)
    password = _password(password_stdin)
    wanted = CreateUser(
        login, password, name, frozenset(Role(role) for role in roles), frozenset(teams)
    )
    user = create_user(wanted, uow, SYSTEM, ArgonPasswords())
    click.echo(f"created {user.login}: {', '.join(sorted(user.roles))}")


@command.command("list")
@storage_options
def list_(database: str | None, data: Path | None) -> None:
    """Every user."""
    from registry.domain import SYSTEM
    from registry.services.manage_users import list_users

    for user in list_users(_open(database, data), SYSTEM):
        teams = f" for {', '.join(sorted(user.teams))}" if user.teams else ""
        off = "  disabled" if user.disabled_at else ""
        click.echo(f"{user.login}  {', '.join(sorted(user.roles))}{teams}{off}")


@command.command("change")
@click.argument("login")
@click.option("--name", help="Shown name.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="All roles anew.")
@click.option("--team", "teams", multiple=True, help="All teams anew.")
@click.option("--disable/--enable", "disabled", default=None, help="Lock out at once, or let in.")
@click.option("--password", "reset", is_flag=True, help="Ask for a new password.")
@click.option("--password-stdin", is_flag=True, help="Read a new password from standard input.")
@storage_options
def change(
    login: str,
    name: str | None,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    disabled: bool | None,
    reset: bool,
    password_stdin: bool,
    database: str | None,
    data: Path | None,
) -> None:
    """Change the user LOGIN; it counts at once, sessions included."""
    from registry.domain import SYSTEM, Role
    from registry.security.passwords import ArgonPasswords
    from registry.services.manage_users import ChangeUser, change_user

    uow = _open(database, data)
    wanted = ChangeUser(
        login,
        name,
        frozenset(Role(role) for role in roles) or None,
        frozenset(teams) or None,
        disabled,
        _password(password_stdin) if reset or password_stdin else None,
    )
    change_user(wanted, uow, SYSTEM, ArgonPasswords())
    click.echo(f"changed {login}")


def _password(stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return given


def _open(database: str | None, data: Path | None) -> UnitOfWork:
    from registry.app import open_runtime
    from registry.settings import Settings

    return open_runtime(Settings.load({"database": database, "data": data})).uow
