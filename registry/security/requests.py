"""The caller of the current web or API request.

A bearer token or a signed session cookie names the caller; without either they are anonymous
(or, under ``--open``, an admin). ``g.caller`` is set before every request.
"""

from __future__ import annotations

from flask import current_app, g

from registry.domain import Principal
from registry.runtime import EXTENSION, Runtime


def runtime() -> Runtime:
    """The ports of the application that serves this request."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def caller() -> Principal:
    """Who makes this request."""
    found: Principal = g.caller
    return found
