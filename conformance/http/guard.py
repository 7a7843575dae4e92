"""The last gate before the wire: no request leaves that the environment does not allow.

It stands below every session, redirect and check of this process: :mod:`conformance.http.wire` asks
it for every request, the connect call for every address. So safety does not rest on what a
generator means to select.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.util import connection


class RequestRefused(requests.exceptions.InvalidSchema):
    """A request the environment forbids; it was not sent."""


@dataclass(slots=True)
class Guard:
    """Allowed methods and addresses, and the pace in requests per second.

    ``reachable`` are the addresses that may be connected to: beside those of the target, where
    tokens are asked for.
    """

    methods: frozenset[str]
    addresses: frozenset[tuple[str, int]]
    reachable: frozenset[tuple[str, int]] = frozenset()
    max_rate: float | None = None
    refused: int = 0
    sent: int = 0
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pins: dict[tuple[str, int], list[tuple[str, int]]] = field(default_factory=dict)

    def install(self) -> None:
        """Put this guard below every connection of the process. DNS is asked once, here."""
        self._pins = {address: _resolve(address) for address in self.addresses | self.reachable}
        connect = connection.create_connection
        guard = self

        def create_connection(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
            problem: OSError | None = None
            for number in guard.pinned(address):
                try:
                    return connect(number, *args, **kwargs)
                except OSError as error:
                    problem = error
            raise problem or OSError(f"{address[0]} has no address")

        connection.create_connection = create_connection

    def admit(self, request: requests.PreparedRequest) -> None:
        """Let one request pass, at its pace.

        Raises:
            RequestRefused: method or address is not allowed.
        """
        url = urlsplit(request.url or "")
        port = url.port or {"http": 80, "https": 443}.get(url.scheme, -1)
        method = (request.method or "").upper()
        if method not in self.methods:
            self._refuse(f"{method} is not allowed in this environment", request)
        if (url.hostname or "", port) not in self.addresses:
            self._refuse(f"{url.hostname}:{port} is not the target of this run", request)
        with self._lock:
            self.sent += 1
            if self.max_rate is None:
                return
            now = time.monotonic()
            wait = self._next - now
            self._next = max(now, self._next) + 1.0 / self.max_rate
        if wait > 0:
            time.sleep(wait)

    def pinned(self, address: tuple[str, int]) -> list[tuple[str, int]]:
        """The numeric addresses found at the start: a later DNS answer changes nothing.

        Raises:
            OSError: the address is not the target of this run.
        """
        pins = self._pins.get((address[0], address[1]))
        if not pins:
            raise OSError(f"{address[0]}:{address[1]} is not the target of this run; not connected")
        return pins

    def _refuse(self, why: str, request: requests.PreparedRequest) -> None:
        with self._lock:
            self.refused += 1
        raise RequestRefused(f"Not sent: {why}", request=request)


def _resolve(address: tuple[str, int]) -> list[tuple[str, int]]:
    host, port = address
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys((str(info[4][0]), port) for info in infos))
