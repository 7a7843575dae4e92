"""Users for the administrator, and the account of whoever is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain import Role
from registry.errors import Conflict, Invalid, NotFound, Unauthenticated
from registry.security.passwords import ArgonPasswords
from registry.services.manage_users import (
    ChangeUser,
    CreateUser,
    change_password,
    change_user,
    create_user,
    list_users,
)
from registry.services.view_estate import view_estate
from registry.web.blueprint import web
from registry.web.context import principal, uow


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
            _roles(form["roles"]),
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


@web.post("/users/<login>")
def switch_user(login: str) -> ResponseReturnValue:
    """Lock a user out at once, or let them in again."""
    disabled = request.form.get("action") == "disable"
    try:
        change_user(ChangeUser(login, disabled=disabled), uow(), principal(), ArgonPasswords())
        flash(f"The user {login} is {'disabled' if disabled else 'enabled'}.", "ok")
    except Invalid as error:
        flash(str(error), "bad")
    return redirect(url_for("web.users"), 303)


@web.get("/account")
def account() -> ResponseReturnValue:
    """Who one is, and the form for a new password."""
    if not principal().known:
        raise Unauthenticated("to see your account, sign in")
    return _account({})


@web.post("/account")
def new_password() -> ResponseReturnValue:
    """A new password; every other session ends."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise Invalid("again", "is not the same as the new password")
        change_password(old, new, uow(), principal(), ArgonPasswords())
    except Invalid as error:
        return _account({e.field: e.message for e in error.errors}), 422
    flash("Your password is changed; every other session of yours has ended.", "ok")
    return redirect(url_for("web.account"), 303)


def _account(errors: Mapping[str, str]) -> str:
    return render_template("access/account.html", caller=principal(), errors=errors)


def _roles(text: str) -> frozenset[Role]:
    try:
        return frozenset({Role(text)})
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
        teams=[team.id for team in view_estate(uow(), principal()).teams],
    )
