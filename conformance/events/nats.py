"""Messages of NATS JetStream, read by sequence number: no consumer is made, nothing acknowledged.

``$JS.API.STREAM.MSG.GET`` answers with a stored message and changes nothing at the server. The
protocol is a few lines of text, spoken here without a client library.
"""

from __future__ import annotations

import base64
import json
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance.events.decoding import decode
from conformance.events.message import Message
from conformance.events.source import BrokerUnreachable, Reading, Seen

AT_ONCE = 200
"""Requests under way at a time."""


class NatsError(OSError):
    """The server said no."""


class Connection:
    """One connection: publish, and ask for an answer. ``url`` may carry user and password."""

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection(
            (parts.hostname or "127.0.0.1", parts.port or 4222), timeout=timeout
        )
        self._file = self._socket.makefile("rb")
        self._inbox = f"_INBOX.{uuid.uuid4().hex}"
        greeting = self._file.readline()
        if not greeting.startswith(b"INFO "):
            raise NatsError("does not speak NATS")
        options: dict[str, Any] = {"verbose": False, "headers": True, "name": "interlock"}
        if parts.username:
            options["user"] = unquote(parts.username)
            options["pass"] = unquote(parts.password or "")
        self._socket.sendall(f"CONNECT {json.dumps(options)}\r\n".encode())
        self._socket.sendall(f"SUB {self._inbox}.* 1\r\nPING\r\n".encode())
        self._wait_for_pong()

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()

    def publish(
        self, subject: str, value: bytes, reply: str = "", headers: dict[str, str] | None = None
    ) -> None:
        """Send one message."""
        self._socket.sendall(_frame(subject, value, reply, headers))

    def ask(self, subject: str, value: bytes = b"") -> dict[str, Any]:
        """The JSON answer to one request."""
        return self.ask_all([(subject, value)])[0]

    def ask_all(self, requests: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
        """The JSON answers to several requests, in their order."""
        wire = b"".join(
            _frame(subject, value, f"{self._inbox}.{number}", None)
            for number, (subject, value) in enumerate(requests)
        )
        self._socket.sendall(wire)
        answers: dict[int, dict[str, Any]] = {}
        while len(answers) < len(requests):
            subject, status, body = self._next()
            number = int(subject.rpartition(".")[2])
            answers[number] = json.loads(body) if body else {"error": {"description": status}}
        return [answers[number] for number in range(len(requests))]

    def _wait_for_pong(self) -> None:
        while (line := self._file.readline().strip()) != b"PONG":
            if line.startswith(b"-ERR") or not line:
                raise NatsError(line.decode("utf-8", "replace") or "hung up")

    def _next(self) -> tuple[str, str, bytes]:
        """Subject, header status and body of the next message."""
        while True:
            line = self._file.readline()
            if not line:
                raise NatsError("hung up")
            words = line.split()
            if words[0] == b"PING":
                self._socket.sendall(b"PONG\r\n")
            elif words[0] == b"-ERR":
                raise NatsError(line.decode("utf-8", "replace").strip())
            elif words[0] == b"MSG":
                body = self._file.read(int(words[-1]) + 2)[:-2]
                return words[1].decode(), "", body
            elif words[0] == b"HMSG":
                size, total = int(words[-2]), int(words[-1])
                whole = self._file.read(total + 2)[:-2]
                status = whole[:size].split(b"\r\n")[0].decode("utf-8", "replace")
                return words[1].decode(), status, whole[size:]


class Nats:
    """A server with JetStream."""

    def __init__(self, url: str) -> None:
        self._url = url

    def read(self, addresses: tuple[str, ...], reading: Reading) -> Iterator[Message]:
        """The last ``reading.most`` messages of every subject, in the order of its stream.

        Raises:
            BrokerUnreachable: nobody answers.
        """
        try:
            connection = Connection(self._url)
        except OSError as error:
            raise BrokerUnreachable(f"NATS at {_shown(self._url)}: {error}") from None
        deadline = time.monotonic() + reading.seconds
        try:
            for subject in addresses:
                yield from self._subject(connection, subject, reading, deadline)
        except OSError as error:
            raise BrokerUnreachable(f"NATS at {_shown(self._url)}: {error}") from None
        finally:
            connection.close()

    def _subject(
        self, connection: Connection, subject: str, reading: Reading, deadline: float
    ) -> Iterator[Message]:
        wanted = json.dumps({"subject": subject}).encode()
        streams = connection.ask("$JS.API.STREAM.NAMES", wanted).get("streams") or []
        if not streams:
            reading.seen.append(Seen(subject, "is in no stream", missing=True))
            return
        name = streams[0]
        state = connection.ask(f"$JS.API.STREAM.INFO.{name}").get("state", {})
        first, last = int(state.get("first_seq", 1)), int(state.get("last_seq", 0))
        seen = Seen(subject, f"stream {name}", end=last)
        reading.seen.append(seen)
        sequence = max(first, last - reading.most + 1)
        while sequence <= last and time.monotonic() < deadline:
            numbers = range(sequence, min(last + 1, sequence + AT_ONCE))
            address = f"$JS.API.STREAM.MSG.GET.{name}"
            asked = [(address, json.dumps({"seq": n}).encode()) for n in numbers]
            for answer in connection.ask_all(asked):
                stored = answer.get("message")
                if stored is not None and stored["subject"] == subject:
                    seen.note(int(stored["seq"]))
                    yield _message(stored)
            sequence = numbers.stop


def _message(stored: dict[str, Any]) -> Message:
    headers: dict[str, str] = {}
    for line in base64.b64decode(stored.get("hdrs") or "").decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip()] = value.strip()
    return decode(
        base64.b64decode(stored.get("data") or ""),
        headers,
        address=str(stored["subject"]),
        position=int(stored["seq"]),
        received_at=_milliseconds(str(stored.get("time") or "")),
    )


def _milliseconds(instant: str) -> str | None:
    """RFC 3339 with nanoseconds, as far as Python reads it."""
    whole, dot, rest = instant.partition(".")
    if not dot:
        return instant or None
    digits = rest.rstrip("Z")[:6]
    return f"{whole}.{digits}+00:00"


def _frame(subject: str, value: bytes, reply: str, headers: dict[str, str] | None) -> bytes:
    target = f"{subject} {reply}" if reply else subject
    if headers is None:
        return f"PUB {target} {len(value)}\r\n".encode() + value + b"\r\n"
    lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    head = f"NATS/1.0\r\n{lines}\r\n".encode()
    sizes = f"{len(head)} {len(head) + len(value)}"
    return f"HPUB {target} {sizes}\r\n".encode() + head + value + b"\r\n"


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 4222}"
