"""No other site may make a signed-in browser change anything: every form carries a secret.

The token lives in the signed session cookie and is compared in constant time (OWASP,
"Cross-Site Request Forgery Prevention", synchroniser token).
"""

from __future__ import annotations

import hmac
import secrets

from flask import request, session

from registry.errors import Forbidden

FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def csrf_token() -> str:
    """The token of this session, made when first asked for."""
    token = session.get(FIELD)
    if not isinstance(token, str):
        token = session[FIELD] = secrets.token_urlsafe(24)
    return token


def check_csrf() -> None:
    """Let a form of our own pages pass.

    Raises:
        Forbidden: it comes from elsewhere, or its session is over.
    """
    if request.method in SAFE:
        return
    expected = session.get(FIELD)
    given = request.form.get(FIELD, "")
    if not isinstance(expected, str) or not hmac.compare_digest(expected.encode(), given.encode()):
        raise Forbidden(
            "This form has expired or was sent from another site; go back, reload the page and "
            "send it again"
        )
