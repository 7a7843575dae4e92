"""A receiver of webhooks: it listens, verifies the signature, and hands each delivery to a check.

CloudEvents HTTP binding §3: structured, binary and batched. The path of the request is the
address of the channel; at the root the type of the event finds it. A delivery whose signature is
wrong is refused with 401 and reported.
"""

from __future__ import annotations

import hashlib
import hmac
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from conformance.events.decoding import decode
from conformance.events.message import Message
from conformance.events.source import BrokerUnreachable, Reading, Seen
from conformance.plan.auth import resolve_secret

LARGEST = 4 << 20
"""Bytes of one delivery."""
WAITING = 1000
"""Deliveries that may wait to be checked; above that the sender hears 503 and tries again."""


class Webhook:
    """``webhook://host:port?secret=env:NAME&header=X-Hub-Signature-256``.

    ``secret`` refers to the key of an HMAC-SHA256 over the body, sent in hexadecimal after
    ``sha256=``; without it, signatures are not looked at.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        self._bound = (parts.hostname or "127.0.0.1", parts.port or 0)
        self._secret = asked["secret"][0] if "secret" in asked else None
        self._header = asked.get("header", ["X-Hub-Signature-256"])[0]
        self.port: int | None = None
        """Where it listens, once it does."""

    def read(self, addresses: tuple[str, ...], reading: Reading) -> Iterator[Message]:
        """What is delivered from now on; addresses that no contract has are taken as well.

        Raises:
            BrokerUnreachable: the port is taken.
            SecretMissing: the reference to the key points to nothing.
        """
        key = resolve_secret(self._secret).encode() if self._secret else None
        deadline = time.monotonic() + reading.seconds
        arrived: queue.Queue[Message] = queue.Queue(WAITING)
        seen: dict[str, Seen] = {}
        with self._listening(arrived, key):
            reading.ready.set()
            while time.monotonic() < deadline:
                try:
                    message = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    break
                address = message.address or "/"
                if address not in seen:
                    seen[address] = Seen(address, "deliveries")
                    reading.seen.append(seen[address])
                message.position = seen[address].count + 1
                seen[address].note(message.position)
                yield message
                if seen[address].count >= reading.most:
                    break
        reading.seen.extend(Seen(a, "deliveries") for a in addresses if a not in seen)

    @contextmanager
    def _listening(self, arrived: queue.Queue[Message], key: bytes | None) -> Iterator[None]:
        class Handler(_Handler):
            inbox = arrived
            signing = key
            signature_header = self._header

        try:
            server = ThreadingHTTPServer(self._bound, Handler)
        except OSError as error:
            where = f"{self._bound[0]}:{self._bound[1]}"
            raise BrokerUnreachable(f"cannot listen at {where}: {error.strerror}") from None
        self.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    inbox: ClassVar[queue.Queue[Message]]
    signing: ClassVar[bytes | None]
    signature_header: ClassVar[str]
    timeout = 10

    def do_POST(self) -> None:
        """Take one delivery."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            self._answer(411)
        elif int(length) > LARGEST:
            self._answer(413)
        else:
            self._answer(self._take(self.rfile.read(int(length))))

    def _take(self, body: bytes) -> int:
        address = unquote(urlsplit(self.path).path).strip("/") or None
        came = datetime.now(UTC).isoformat()
        signed = self._signed(body)
        try:
            if not signed:
                text = f"has no valid signature in {self.signature_header}"
                self.inbox.put_nowait(Message(address, None, received_at=came, problem=text))
                return 401
            for message in self._messages(body, address, came):
                self.inbox.put_nowait(message)
        except queue.Full:
            return 503
        return 204

    def _messages(self, body: bytes, address: str | None, came: str) -> Iterator[Message]:
        headers = {name.lower(): text for name, text in self.headers.items()}
        if not headers.get("content-type", "").startswith("application/cloudevents-batch+json"):
            message = decode(body, headers, address=address or "", received_at=came)
            message.address = address
            yield message
            return
        try:
            events = orjson.loads(body)
        except ValueError as error:
            yield Message(address, None, received_at=came, problem=f"is not JSON: {error}")
            return
        for event in events if isinstance(events, list) else [events]:
            yield Message(address, event, headers=headers, received_at=came)

    def _signed(self, body: bytes) -> bool:
        if self.signing is None:
            return True
        given = self.headers.get(self.signature_header, "").removeprefix("sha256=")
        wanted = hmac.new(self.signing, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(given.encode(), wanted.encode())

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Deliveries are reported by the check, not on standard error."""
