"""The account of whoever is signed in: their password and their own API tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain import Role
from registry.errors import Conflict, Forbidden, Invalid, Unauthenticated
from registry.security.passwords import ArgonPasswords
from registry.services.create_token import CreatedToken, CreateToken
from registry.services.manage_users import change_password
from registry.services.own_tokens import (
    create_own_token,
    list_own_tokens,
    revoke_own_token,
    rotate_own_token,
)
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.views.tokens import OVERLAP, state_of

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "a year"))


@web.get("/account")
def account() -> ResponseReturnValue:
    """Who one is, one's tokens, and the form for a new password."""
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


@web.post("/account/tokens")
def new_own_token() -> ResponseReturnValue:
    """A new token; its secret stands on this answer and nowhere else."""
    form = request.form
    try:
        days = form.get("days", "")
        if days not in dict(LIFETIMES):
            raise Invalid("days", "choose one of the lifetimes")
        known = {role.value: role for role in Role}
        roles = frozenset(known[name] for name in form.getlist("roles") if name in known)
        until = uow().now() + timedelta(days=int(days))
        teams = frozenset(form.getlist("teams"))
        command = CreateToken(form.get("name", ""), roles, teams, until)
        created = create_own_token(command, uow(), principal())
    except Invalid as error:
        return _account({e.field: e.message for e in error.errors}), 422
    except Forbidden as error:
        return _account({"roles": str(error)}), 422
    return _account({}, created), 201, {"Cache-Control": "no-store"}


@web.post("/account/tokens/<token_id>")
def change_own_token(token_id: str) -> ResponseReturnValue:
    """Rotate one of one's own tokens, or revoke it."""
    if request.form.get("action") == "rotate":
        try:
            created = rotate_own_token(token_id, OVERLAP, uow(), principal())
        except Conflict as error:
            flash(str(error), "bad")
            return redirect(url_for("web.account"), 303)
        return _account({}, created), 201, {"Cache-Control": "no-store"}
    token = revoke_own_token(token_id, uow(), principal())
    flash(f"The token {token.name} is revoked.", "ok")
    return redirect(url_for("web.account"), 303)


def _account(errors: Mapping[str, str], created: CreatedToken | None = None) -> str:
    caller = principal()
    now = uow().now()
    own = list_own_tokens(uow(), caller) if caller.user_id else ()
    return render_template(
        "access/account.html",
        caller=caller,
        errors=errors,
        created=created,
        tokens=[(token, state_of(token, now)) for token in own],
        roles=sorted(role.value for role in caller.roles),
        teams=sorted(caller.teams),
        lifetimes=LIFETIMES,
    )
