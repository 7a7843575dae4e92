"""Around every request: an id, one log line, its time; in front of the framework, so that it costs
little and holds for what never reaches the framework.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
KEY = "interlock.seen"
QUIET = ("/assets", "/healthz", "/readyz")
"""Not worth a log line."""
log = structlog.get_logger("interlock")


@dataclass(slots=True)
class Seen:
    """What is known of a request while it is answered."""

    request_id: str
    route: str = "none"
    """The rule that matched; it names metrics and traces, the path would be without end."""
    caller: str = ""
    status: int = 500


def seen(environ: WSGIEnvironment) -> Seen:
    """What is known of this request."""
    found: Seen = environ[KEY]
    return found


Measure = Callable[[str, Seen, float], None]
"""Takes the method, what was seen, and the seconds that it took."""


Trace = Callable[["WSGIEnvironment", Seen], AbstractContextManager[str]]
"""Puts a span around a request and gives the id of its trace."""


class Observed:
    """WSGI application: ``app``, with every request named, timed, logged and, if wanted, traced."""

    def __init__(self, app: WSGIApplication, measure: Measure, trace: Trace | None = None) -> None:
        self._app = app
        self._measure = measure
        self._trace = trace

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        began = time.perf_counter()
        given = environ.get("HTTP_X_CORRELATION_ID") or environ.get("HTTP_X_REQUEST_ID", "")
        id_ = given if given and REQUEST_ID.fullmatch(given) else token_hex(8)
        noted = environ[KEY] = Seen(id_)

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            noted.status = int(status[:3])
            headers = [*headers, ("X-Request-Id", id_), ("X-Correlation-Id", id_)]
            return start_response(status, headers, *rest)

        traced = {}
        try:
            if self._trace is None:
                return self._app(environ, begin)
            with self._trace(environ, noted) as trace_id:
                traced["trace_id"] = trace_id
                return self._app(environ, begin)
        finally:
            seconds = time.perf_counter() - began
            method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
            self._measure(method, noted, seconds)
            if not path.startswith(QUIET):
                log.info(
                    "request",
                    request_id=id_,
                    method=method,
                    path=path[:300],
                    status=noted.status,
                    ms=round(seconds * 1000, 1),
                    caller=noted.caller,
                    **traced,
                )
