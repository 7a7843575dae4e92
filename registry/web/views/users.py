"""Users, for the administrator."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain import Role, User
from registry.errors import Conflict, Invalid, NotFound
from registry.security.passwords import ArgonPasswords
from registry.services.manage_users import (
    ChangeUser,
    CreateUser,
    change_user,
    create_user,
    find_user,
    list_users,
    tokens_of,
)
from registry.services.view_estate import list_teams
from registry.web.blueprint import web
from registry.web.context import principal, uow

MEANINGS = {
    Role.PARTNER: "from outside: sees only what is shared with their teams",
    Role.VIEWER: "reads",
    Role.PUBLISHER: "publishes, deploys and asks for waivers, for their teams",
    Role.APPROVER: "signs waivers, for their teams",
    Role.ADMIN: "everything",
}


@web.get("/users")
def users() -> str:
    """Every user, and the form for a new one."""
    return _page({}, {})


@web.post("/users")
def new_user() -> ResponseReturnValue:
    """A new user."""
    form = {
        name: request.form.get(name, "").strip() for name in ("login", "name", "roles", "teams")
    }
    try:
        command = CreateUser(
            form["login"],
            request.form.get("password", ""),
            form["name"],
            frozenset({_role(form["roles"])}),
            frozenset(form["teams"].replace(",", " ").split()),
        )
        user = create_user(command, uow(), principal(), ArgonPasswords())
    except Invalid as error:
        return _page(form, {e.field: e.message for e in error.errors}), 422
    except Conflict as error:
        return _page(form, {"login": str(error)}), 422
    except NotFound as error:
        return _page(form, {"teams": str(error)}), 422
    flash(f"The user {user.login} is created.", "ok")
    return redirect(url_for("web.users"), 303)


@web.get("/users/<login>")
def user(login: str) -> str:
    """One user, and the form that changes them."""
    return _user_page(find_user(login, uow(), principal()), {})


@web.post("/users/<login>")
def edit_user(login: str) -> ResponseReturnValue:
    """Change roles, teams, name or password, or lock a user out: it counts at once."""
    form = request.form
    action = form.get("action", "")
    try:
        match action:
            case "disable" | "enable":
                command = ChangeUser(login, disabled=action == "disable")
            case "password":
                command = ChangeUser(login, password=form.get("password", ""))
            case _:
                roles = frozenset(_role(name) for name in form.getlist("roles"))
                teams = frozenset(form.getlist("teams"))
                command = ChangeUser(login, form.get("name", "").strip() or None, roles, teams)
        change_user(command, uow(), principal(), ArgonPasswords())
    except (Invalid, NotFound) as error:
        found = find_user(login, uow(), principal())
        if isinstance(error, NotFound):
            return _user_page(found, {"teams": str(error)}), 422
        return _user_page(found, {e.field: e.message for e in error.errors}), 422
    done = {"disable": "disabled", "enable": "enabled", "password": "given a new password"}
    flash(f"The user {login} is {done.get(action, 'changed')}.", "ok")
    return redirect(url_for("web.user", login=login), 303)


def _user_page(found: User, errors: Mapping[str, str]) -> str:
    return render_template(
        "access/user.html",
        user=found,
        errors=errors,
        roles=[(role.value, role.value.capitalize(), MEANINGS[role]) for role in Role],
        teams=[(team.id, team.name) for team in list_teams(uow(), principal())],
        tokens=tokens_of(found.id, uow(), principal()),
        now=uow().now(),
    )


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        known = ", ".join(role.value for role in Role)
        raise Invalid("roles", f"choose a role: {known}") from None


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "access/users.html",
        users=list_users(uow(), principal()),
        values=values,
        errors=errors,
        roles=[(role.value, role.value.capitalize()) for role in Role],
        teams=[team.id for team in list_teams(uow(), principal())],
    )
