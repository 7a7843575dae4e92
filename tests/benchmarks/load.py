"""A load generator that costs little: keep-alive connections, one request at a time on each."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from itertools import cycle

END = b"\r\n\r\n"


def request(path: str, *headers: str) -> bytes:
    """The bytes of one GET."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def rate(
    port: int, requests: Sequence[bytes], status: int, seconds: float, connections: int = 8
) -> float:
    """Answers per second; every one of them must have ``status``."""
    following = cycle(requests)
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        client = _Client(port, following, b"%d" % status)
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.send()
    answered, begin = 0, time.monotonic()
    while (now := time.monotonic()) < begin + seconds:
        for key, _ in selector.select(1):
            answered += key.data.receive()
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return answered / (now - begin)


class _Client:
    def __init__(self, port: int, following: Iterator[bytes], status: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._following = following
        self._status = status
        self._heard = b""

    def send(self) -> None:
        self.socket.sendall(next(self._following))

    def receive(self) -> int:
        """1 when an answer is whole; the next request is then on its way."""
        given = self.socket.recv(65536)
        assert given, "the server closed the connection"
        self._heard += given
        head, end, body = self._heard.partition(END)
        if not end:
            return 0
        assert head[9:12] == self._status, head
        length = 0
        if self._status != b"304":
            _, found, tail = head.lower().partition(b"content-length: ")
            assert found, head
            length = int(tail.partition(b"\r\n")[0])
        if len(body) < length:
            return 0
        self._heard = b""
        self.send()
        return 1
