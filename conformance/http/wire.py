"""Everything that leaves this process and everything that comes back, at one place.

The guard admits a request, the credential is put on, the answer is read to its end within the
request's time and within a size; a request that gets no whole answer is remembered with its reason.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ReadTimeoutError

from conformance.evidence import RecordedRequest, RecordedResponse
from conformance.http.guard import Guard, RequestRefused
from conformance.http.patience import Patience

if TYPE_CHECKING:
    from conformance.http.fence import Fence

LARGEST_ANSWER = 64 << 20
"""Bytes of an answer that are read; what is longer counts as no answer."""
SLACK = 0.5
"""Seconds beyond the request's time in which its answer may come to its end."""
_LOOK = 0.1


class Signer(Protocol):
    """Puts the credential of the run on a request."""

    def sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest: ...
    def renewed(self, signed: requests.PreparedRequest, status: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request without a whole answer: ``kind`` is timeout, closed or unreadable."""

    request: RecordedRequest
    kind: str
    message: str
    elapsed: float


@dataclass(slots=True)
class _Flight:
    deadline: float
    socket: Any = None
    expired: bool = False


@dataclass(slots=True)
class Wire:
    """``timeout`` in seconds for a whole answer; ``certificates`` are keyword arguments of TLS."""

    guard: Guard
    timeout: float
    certificates: dict[str, Any] = field(default_factory=dict)
    patience: Patience = field(default_factory=lambda: Patience(()))
    signer: Signer | None = None
    fence: Fence | None = None
    unanswered: list[Unanswered] = field(default_factory=list)
    _aside: set[int] = field(default_factory=set)
    _flights: dict[int, _Flight] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def install(self) -> None:
        """Stand below every session of the process."""
        self.guard.install()
        original = HTTPAdapter.send
        ask = HTTPConnection.request
        wire = self

        def send(adapter: HTTPAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() in wire._aside:
                return original(adapter, request, *args, **kwargs)
            return wire.send(
                lambda signed, **more: original(adapter, signed, *args, **{**kwargs, **more}),
                request,
            )

        def asked(connection: HTTPConnection, *args: Any, **kwargs: Any) -> Any:
            result = ask(connection, *args, **kwargs)
            flight = wire._flights.get(threading.get_ident())
            if flight is not None:
                flight.socket = connection.sock
            return result

        HTTPAdapter.send = send  # type: ignore[method-assign, assignment]
        HTTPConnection.request = asked  # type: ignore[method-assign, assignment]
        threading.Thread(target=self._watch, daemon=True).start()

    def send(self, original: Callable[..., Any], request: requests.PreparedRequest) -> Any:
        """One request and its whole answer.

        Raises:
            RequestRefused: method or address is not allowed, or its operation was given up.
            requests.RequestException: no whole answer came.
        """
        self.guard.admit(request)
        method, url = (request.method or "").upper(), request.url or ""
        reason = self.patience.given_up(method, url)
        if reason is None and self.fence is not None:
            reason = self.fence.refuses(request)
        if reason is not None:
            self.guard.refused += 1
            raise RequestRefused(f"Not sent: {reason}", request=request)
        response = self._signed(original, request)
        self.patience.answered(method, url)
        if self.fence is not None:
            self._learn(self.fence, request, response)
        response.request = request  # what was asked; the credential is not part of the record
        return response

    def _signed(self, original: Callable[..., Any], request: requests.PreparedRequest) -> Any:
        if self.signer is None:
            return self._whole(original, request, request)
        signed = self.signer.sign(request)
        response = self._whole(original, signed, request)
        if self.signer.renewed(signed, response.status_code):
            response = self._whole(original, self.signer.sign(request), request)
        return response

    def _whole(
        self,
        original: Callable[..., Any],
        signed: requests.PreparedRequest,
        asked: requests.PreparedRequest,
    ) -> Any:
        started = time.monotonic()
        try:
            try:
                return self._answer(original, signed)
            except requests.exceptions.ConnectionError as error:
                if not dropped(error):
                    raise
                return self._answer(original, signed)  # a connection kept alive was closed
        except requests.exceptions.RequestException as error:
            self._remember(asked, error, time.monotonic() - started)
            raise

    def _answer(self, original: Callable[..., Any], signed: requests.PreparedRequest) -> Any:
        flight = _Flight(time.monotonic() + self.timeout + SLACK)
        me = threading.get_ident()
        self._flights[me] = flight
        try:
            response = original(signed, **self.certificates)
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                response._content = _read(response)
        except requests.exceptions.RequestException as error:
            if flight.expired:
                raise self._too_late(signed) from error
            raise
        finally:
            del self._flights[me]
        if flight.expired:
            raise self._too_late(signed)
        return response

    def _too_late(self, request: requests.PreparedRequest) -> requests.exceptions.ReadTimeout:
        text = f"Read timed out. (read timeout={self.timeout:g})"
        problem = ReadTimeoutError(None, request.url, text)  # type: ignore[arg-type]
        return requests.exceptions.ReadTimeout(problem, request=request)

    def _remember(
        self, request: requests.PreparedRequest, error: Exception, elapsed: float
    ) -> None:
        kind = _kind(error)
        if kind is None:
            return
        recorded = _recorded(request)
        message = {
            "timeout": f"No whole answer came within {self.timeout:g} s",
            "closed": "The connection was closed without an answer",
            "unreadable": f"The answer cannot be read to its end: {_reason(error)}",
        }[kind]
        self.patience.unanswered(recorded.method, recorded.url, kind)
        with self._lock:
            self.unanswered.append(Unanswered(recorded, kind, message, elapsed))

    @staticmethod
    def _learn(fence: Fence, request: requests.PreparedRequest, response: Any) -> None:
        headers = tuple((str(n), str(v)) for n, v in response.headers.items())
        answer = RecordedResponse(response.status_code, headers, response.text)
        fence.learn(_recorded(request), answer)

    def aside(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, made beside the run: to ask for a token is not to test.

        It still connects to no address but those the guard lists.
        """

        def made(*args: Any, **kwargs: Any) -> Any:
            self._aside.add(threading.get_ident())
            try:
                return call(*args, **kwargs)
            finally:
                self._aside.discard(threading.get_ident())

        return made

    def take_unanswered(self) -> list[Unanswered]:
        """What was not answered since the last time somebody asked."""
        with self._lock:
            taken, self.unanswered = self.unanswered, []
        return taken

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK)
            now = time.monotonic()
            for flight in list(self._flights.values()):
                if now > flight.deadline and flight.socket is not None:
                    flight.expired = True
                    _shut(flight.socket)


def _recorded(request: requests.PreparedRequest) -> RecordedRequest:
    body = request.body
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return RecordedRequest(
        (request.method or "").upper(),
        request.url or "",
        tuple((str(n), str(v)) for n, v in request.headers.items()),
        text if isinstance(text, str) else None,
    )


def _shut(connected: Any) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except (OSError, ValueError):
        return


def _read(response: requests.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(1 << 16):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            response.close()
            raise requests.exceptions.ChunkedEncodingError(
                f"it is longer than {LARGEST_ANSWER >> 20} MiB", request=response.request
            )
    return b"".join(parts)


def dropped(error: BaseException) -> bool:
    """Whether the other side closed the connection before it answered anything."""
    text = f"{error!r} {error.__cause__!r} {error.__context__!r}"
    return any(word in text for word in ("RemoteDisconnected", "ConnectionReset", "BrokenPipe"))


def _kind(error: Exception) -> str | None:
    if isinstance(error, RequestRefused):
        return None
    if isinstance(error, requests.exceptions.Timeout):
        return "timeout"
    if isinstance(error, requests.exceptions.ConnectionError):
        if "Read timed out" in str(error):
            return "timeout"
        return "closed" if dropped(error) else None
    unreadable = (
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
        requests.exceptions.InvalidHeader,
    )
    return "unreadable" if isinstance(error, unreadable) else None


def _reason(error: Exception) -> str:
    cut = re.search(r"IncompleteRead\((\d+) bytes read, (\d+) more expected\)", str(error))
    if cut:
        return f"it ends after {cut[1]} bytes, {cut[2]} more were announced"
    inner: Any = error
    while getattr(inner, "args", ()) and isinstance(inner.args[0], Exception):
        inner = inner.args[0]
    return str(inner)[:200]
