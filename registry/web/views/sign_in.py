"""Sign in with a token or a one-time link; sign out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from registry.domain import Principal
from registry.errors import TooManyAttempts, Unauthenticated
from registry.security.requests import settings
from registry.web.blueprint import web
from registry.web.context import SESSION_TOKEN, ports


@web.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form; a one-time link (``?token=``) fills it in, and is used up only when it is sent."""
    return sign_in_page(request.args.get("next", ""), secret=request.args.get("token", "")[:200])


@web.post("/sign-in")
def sign_in_form() -> ResponseReturnValue:
    """Check login and password, or the token; the session remembers an id, never a secret."""
    target = safe_target(request.form.get("next", ""))
    try:
        caller = _caller(request.form.get("login", "").strip())
    except Unauthenticated as error:
        return sign_in_page(target, str(error)), 401
    except TooManyAttempts as error:
        return sign_in_page(target, str(error)), 429
    session.clear()
    session[SESSION_TOKEN] = caller.token_id
    flash(f"Signed in as {caller.name}.", "ok")
    return redirect(target, 303)


def _caller(login: str) -> Principal:
    if login:
        password = request.form.get("password", "")
        return ports().sign_in(login, password, request.remote_addr or "")
    return ports().authenticate(request.form.get("secret", "").strip())


@web.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Forget the session, here and on the server."""
    token = session.get(SESSION_TOKEN)
    if isinstance(token, str):
        ports().end(token)
    session.clear()
    flash("Signed out.", "ok")
    return redirect(url_for("web.home"), 303)


def sign_in_page(target: str, error: str = "", *, wanted: str = "", secret: str = "") -> str:
    """The sign-in form; ``wanted`` says what needed it."""
    return render_template(
        "access/sign_in.html",
        target=safe_target(target),
        error=error,
        wanted=wanted,
        secret=secret,
        federated=bool(settings().oidc_issuer),
    )


def safe_target(target: str) -> str:
    """``target`` if it is a path on this site, else the home page: no open redirect."""
    parts = urlsplit(target)
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    printable = target.isprintable()
    return (
        target
        if plain and printable and not parts.scheme and not parts.netloc
        else url_for("web.home")
    )
