"""Session cookies, for pages only."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class PageSessions(SecureCookieSessionInterface):
    """Reads and writes the signed cookie of the pages; the API has no session."""

    def __init__(self) -> None:
        self._signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: the key stays as long as the process."""
        if self._signing is None:
            self._signing = super().get_signing_serializer(app)
        return self._signing

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """An empty one for the API, which never acts for whoever is signed in."""
        if request.path.startswith("/api/"):
            return SecureCookieSession()
        return super().open_session(app, request)
