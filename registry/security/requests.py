"""The caller of the current API request.

A bearer token names the caller; without one they are anonymous, or an admin under ``--open``.
Session cookies are for the pages only (``registry/web``): an API request from a foreign page in
the same browser therefore never acts for the person who is signed in.
"""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from registry.domain import ANONYMOUS, OPEN, Principal
from registry.errors import Forbidden, Unauthenticated
from registry.runtime import EXTENSION, Runtime
from registry.services.create_token import authenticate
from registry.settings import is_loopback


def runtime() -> Runtime:
    """The ports of the application that serves this request."""
    return cast("Runtime", current_app.extensions[EXTENSION])


def caller() -> Principal:
    """Who makes this request: found once.

    Raises:
        Unauthenticated: a credential is given and is not good.
    """
    if "caller" not in g:
        g.caller = _caller()
    return cast("Principal", g.caller)


def _caller() -> Principal:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not secret.strip():
            raise Unauthenticated("send the token as 'Authorization: Bearer ilk_…'")
        return authenticate(secret.strip(), runtime().uow)
    return OPEN if runtime().settings.open else ANONYMOUS


def refuse_foreign_host() -> None:
    """Under ``--open`` only requests addressed to this machine count (DNS rebinding).

    Raises:
        Forbidden: the Host header names something else.
    """
    host = request.host.rpartition(":")[0] or request.host
    if runtime().settings.open and not is_loopback(host) and not is_loopback(request.host):
        raise Forbidden(f"this registry is open to its own machine only, not as {host[:80]!r}")
