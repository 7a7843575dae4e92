"""What the views stand on: the ports that the composition root hands in, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app, g, session

from registry.domain import ANONYMOUS, NOBODY, OPEN, Principal
from registry.errors import RegistryError
from registry.services.ports import JobQueue, Sealer, UnitOfWork

SESSION_TOKEN = "token"  # noqa: S105 - the name of a session field


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the web pages need from outside."""

    uow: UnitOfWork
    authenticate: Callable[[str], Principal]
    """The caller a presented secret belongs to; raises ``Unauthenticated``."""
    recall: Callable[[str], Principal]
    """The caller a token id belongs to now; raises ``Unauthenticated`` once it is revoked."""
    sign_in: Callable[[str, str, str], Principal]
    """The caller of login, password and address; raises ``Unauthenticated``."""
    end: Callable[[str], None]
    """Ends the session of a token id."""
    sealer: Sealer
    """Keeps the secrets of inbound webhooks."""
    queue: JobQueue | None = None
    open_mode: bool = False
    public_read: bool = True
    """Whether whoever reaches the service may read."""
    release: str = ""
    api_document: str = ""
    """Address of the REST API's own OpenAPI document."""


def ports() -> Ports:
    """The ports of the running application."""
    return cast("Ports", current_app.extensions["interlock-web"])


def uow() -> UnitOfWork:
    """The unit of work of every use case that a page calls, as the reader sees it."""
    return ports().uow.seen_by(principal())


def principal() -> Principal:
    """Who is asking: found once for a request."""
    if "web_principal" not in g:
        g.web_principal = _principal()
    return cast("Principal", g.web_principal)


def _principal() -> Principal:
    if ports().open_mode:
        return OPEN
    nobody = ANONYMOUS if ports().public_read else NOBODY
    token = session.get(SESSION_TOKEN)
    if not isinstance(token, str):
        return nobody
    try:
        return ports().recall(token)
    except RegistryError:
        session.pop(SESSION_TOKEN, None)
        return nobody
