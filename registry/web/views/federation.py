"""Sign in through an identity provider: away, and back again."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from registry.errors import Forbidden, NotFound, RegistryError, Unauthenticated, Unavailable
from registry.security.requests import settings
from registry.services.sign_in_federated import sign_in_federated
from registry.settings import Settings
from registry.web.blueprint import web
from registry.web.context import SESSION_TOKEN, uow
from registry.web.views.sign_in import safe_target, sign_in_page

KEPT = "oidc"


@web.get("/sign-in/oidc")
def leave() -> ResponseReturnValue:
    """To the provider."""
    from registry.security import oidc

    settings = _settings()
    target = safe_target(request.args.get("next", ""))
    try:
        url, pending = oidc.begin(settings, _callback(settings), target)
    except Unavailable as error:
        return sign_in_page(target, str(error)), 503
    session[KEPT] = pending.as_dict()
    return redirect(url, 303)


@web.get("/sign-in/oidc/callback")
def come_back() -> ResponseReturnValue:
    """From the provider; what was remembered counts once."""
    from registry.security import oidc

    settings = _settings()
    kept = session.pop(KEPT, None)
    try:
        if not isinstance(kept, dict):
            raise Unauthenticated("this sign-in was not begun here; begin again")
        pending = oidc.Pending(**kept)
        identity = oidc.finish(settings, _callback(settings), request.args.to_dict(), pending)
        lasts = timedelta(hours=settings.session_hours)
        caller = sign_in_federated(identity, uow(), lasts)
    except (Unauthenticated, Forbidden, Unavailable) as error:
        return sign_in_page("", str(error)), _status(error)
    session.clear()
    session[SESSION_TOKEN] = caller.token_id
    flash(f"Signed in as {caller.name}.", "ok")
    return redirect(safe_target(pending.target), 303)


def _status(error: RegistryError) -> int:
    return {Forbidden: 403, Unavailable: 503}.get(type(error), 401)


def _settings() -> Settings:
    given = settings()
    if not given.oidc_issuer:
        raise NotFound("no identity provider is set; sign in with a login or a token")
    return given


def _callback(settings: Settings) -> str:
    path = url_for("web.come_back")
    base = settings.public_url.rstrip("/") or request.url_root.rstrip("/")
    return base + path
