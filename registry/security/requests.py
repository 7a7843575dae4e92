"""The caller of the current API request.

A bearer token names the caller; without one they are anonymous, or an admin under ``--open``.
Session cookies are for the pages only (``registry/web``): an API request from a foreign page in
the same browser therefore never acts for the person who is signed in.
"""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from registry.domain import ANONYMOUS, NOBODY, OPEN, Principal
from registry.errors import Forbidden, Unauthenticated
from registry.runtime import EXTENSION, Runtime
from registry.settings import Settings


def runtime() -> Runtime:
    """The ports of the application that serves this request, as its caller sees them."""
    if "runtime" not in g:
        g.runtime = _runtime().seen_by(caller())
    return cast("Runtime", g.runtime)


def _runtime() -> Runtime:
    return cast("Runtime", current_app.extensions[EXTENSION])


def settings() -> Settings:
    """How the registry that serves this request runs."""
    return _runtime().settings


def caller() -> Principal:
    """Who makes this request: found once.

    Raises:
        Unauthenticated: a credential is given and is not good.
    """
    if "caller" not in g:
        g.caller = caller_of(request.headers.get("Authorization", ""), _runtime())
    return cast("Principal", g.caller)


def caller_of(credential: str, given: Runtime) -> Principal:
    """Whom an ``Authorization`` header names.

    Raises:
        Unauthenticated: it is not good.
    """
    scheme, _, secret = credential.partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not secret.strip():
            raise Unauthenticated("send the token as 'Authorization: Bearer ilk_…'")
        return given.recognised.caller(secret.strip(), given.uow)
    if given.settings.open:
        return OPEN
    return ANONYMOUS if given.settings.public_read else NOBODY


def refuse_foreign_host() -> None:
    """Under ``--open`` only requests addressed to this machine count (DNS rebinding).

    Raises:
        Forbidden: the Host header names something else.
    """
    if not _runtime().own_host(request.host):
        named = request.host.rpartition(":")[0] or request.host
        raise Forbidden(f"this registry is open to its own machine only, not as {named[:80]!r}")
