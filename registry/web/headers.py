"""Security headers of every page. No inline script or style exists, so none is allowed."""

from __future__ import annotations

from flask import Response, request

from registry.web.assets import YEAR, fingerprint

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def secure(response: Response) -> Response:
    """``response`` with the security headers and the right freshness."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "web.static":
        _static_freshness(response)
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.add("Vary", "Cookie")
    return response


def _static_freshness(response: Response) -> None:
    """A year for an address that names this content, else ask again (the ETag answers 304)."""
    name = (request.view_args or {}).get("filename", "")
    current = response.status_code in {200, 304} and request.args.get("v") == fingerprint(name)
    response.headers["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if current else "public, no-cache"
    )
