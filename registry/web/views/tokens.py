"""API tokens: list, create (the secret is shown once), revoke."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain import Role, Token
from registry.errors import Invalid, NotFound
from registry.services.create_token import (
    CreatedToken,
    CreateToken,
    create_token,
    list_tokens,
    revoke_token,
)
from registry.services.rotate_token import rotate_token
from registry.services.view_estate import list_teams
from registry.web.blueprint import web
from registry.web.context import principal, uow

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "no end"))

OVERLAP = timedelta(hours=24)
"""How long a rotated secret stays good."""


@web.get("/tokens")
def tokens() -> str:
    """Every token, without secrets, and the form for a new one."""
    return _page({"days": "90", "roles": Role.PUBLISHER.value}, {})


@web.post("/tokens")
def create() -> ResponseReturnValue:
    """A new token; its secret stands on this answer and nowhere else."""
    form = {name: request.form.get(name, "").strip() for name in ("name", "roles", "teams", "days")}
    try:
        days = form["days"]
        if days and days not in dict(LIFETIMES):
            raise Invalid("days", "choose one of the lifetimes")
        command = CreateToken(
            name=form["name"],
            roles=_roles(form["roles"]),
            teams=frozenset(form["teams"].replace(",", " ").split()),
            expires_at=uow().now() + timedelta(days=int(days)) if days else None,
        )
        created = create_token(command, uow(), principal())
    except Invalid as error:
        return _page(form, {e.field: e.message for e in error.errors}), 422
    except NotFound as error:
        return _page(form, {"teams": str(error)}), 422
    return _page({"days": "90"}, {}, created), 201, {"Cache-Control": "no-store"}


@web.post("/tokens/<token_id>/revoke")
def revoke(token_id: str) -> ResponseReturnValue:
    """It opens nothing from now on."""
    token = revoke_token(token_id, uow(), principal())
    flash(f"The token {token.name} is revoked.", "ok")
    return redirect(url_for("web.tokens"), 303)


@web.post("/tokens/<token_id>/rotate")
def rotate(token_id: str) -> ResponseReturnValue:
    """A new secret; the old one stays good for a day."""
    created = rotate_token(token_id, OVERLAP, uow(), principal())
    return _page({"days": "90"}, {}, created), 201, {"Cache-Control": "no-store"}


def _roles(text: str) -> frozenset[Role]:
    try:
        return frozenset({Role(text)})
    except ValueError:
        known = ", ".join(role.value for role in Role)
        raise Invalid("roles", f"choose a role: {known}") from None


def _page(
    values: Mapping[str, str], errors: Mapping[str, str], created: CreatedToken | None = None
) -> str:
    found = list_tokens(uow(), principal())
    now = uow().now()
    return render_template(
        "access/tokens.html",
        tokens=[(token, state_of(token, now)) for token in found],
        values=values,
        errors=errors,
        created=created,
        roles=[(role.value, role.value.capitalize()) for role in Role],
        lifetimes=LIFETIMES,
        teams=[team.id for team in list_teams(uow(), principal())],
    )


def state_of(token: Token, now: datetime) -> str:
    """``active``, ``revoked`` or ``expired``."""
    if token.usable(now):
        return "active"
    return "revoked" if token.revoked_at is not None else "expired"
