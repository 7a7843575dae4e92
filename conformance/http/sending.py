"""Sends a recorded request again, below the same guard as generated traffic."""

from __future__ import annotations

import time

import requests

from conformance.evidence import RecordedRequest, RecordedResponse

_SET_BY_TRANSPORT = frozenset({"content-length", "host", "connection", "transfer-encoding"})


class PlainSender:
    """One session; ``timeout`` in seconds per request."""

    def __init__(self, timeout: float) -> None:
        self._session = requests.Session()
        self._session.headers.clear()
        self._session.trust_env = False
        self._timeout = timeout

    def __call__(self, request: RecordedRequest) -> RecordedResponse | None:
        """Send it; None when the system gives no answer or the guard refuses."""
        headers = {n: v for n, v in request.headers if n.lower() not in _SET_BY_TRANSPORT}
        started = time.monotonic()
        try:
            response = self._session.request(
                request.method,
                request.url,
                headers=headers,
                data=request.body.encode() if request.body is not None else None,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError):
            return None
        return RecordedResponse(
            response.status_code,
            tuple(response.headers.items()),
            response.text,
            time.monotonic() - started,
        )
