"""Messages of RabbitMQ and other AMQP 0-9-1 brokers, taken from a queue of our own.

A copy of each message is routed into an exclusive queue that goes away with the connection; the
queues of others are never touched. A stream queue keeps what is read, so it is read as it stands.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from conformance.events.decoding import decode
from conformance.events.message import Message
from conformance.events.source import BrokerUnreachable, Reading, Seen

CONNECT = 10.0
"""Seconds a broker may take to answer."""
WAIT = 0.2
AT_ONCE = 500
"""Messages of a stream under way at a time."""


class Amqp:
    """``amqp://user:password@host:port/vhost?exchange=NAME`` listens to what an exchange routes.

    The address of a channel is its routing key, or with ``?streams=yes`` the name of a stream.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        self._exchange = asked.get("exchange", ["amq.topic"])[0]
        self._streams = "streams" in asked
        self._url = urlunsplit(parts._replace(query="", fragment=""))
        self._shown = f"AMQP at {parts.hostname}:{parts.port or 5672}"

    def read(self, addresses: tuple[str, ...], reading: Reading) -> Iterator[Message]:
        """What is routed there from now on, or what the streams hold.

        Raises:
            BrokerUnreachable: nobody answers, or there is no such exchange.
        """
        from pika.exceptions import AMQPError

        deadline = time.monotonic() + reading.seconds
        try:
            if self._streams:
                for address in addresses:
                    yield from self._stream(address, reading, deadline)
                return
            connection = self._connect()
            try:
                yield from self._listen(connection, addresses, reading, deadline)
            finally:
                if connection.is_open:
                    connection.close()
        except AMQPError as error:
            raise BrokerUnreachable(f"{self._shown}: {_said(error)}") from None

    def _connect(self) -> Any:
        import pika
        from pika.exceptions import AMQPError

        logging.getLogger("pika").setLevel(logging.CRITICAL)  # what matters is raised
        try:
            parameters = pika.URLParameters(self._url)
            parameters.socket_timeout = CONNECT
            parameters.blocked_connection_timeout = CONNECT
            return pika.BlockingConnection(parameters)
        except (AMQPError, OSError, ValueError) as error:
            raise BrokerUnreachable(f"{self._shown}: {_said(error)}") from None

    def _listen(
        self, connection: Any, addresses: tuple[str, ...], reading: Reading, deadline: float
    ) -> Iterator[Message]:
        channel = connection.channel()
        channel.exchange_declare(self._exchange, passive=True)
        queue = channel.queue_declare("", exclusive=True, auto_delete=True).method.queue
        for address in addresses:
            channel.queue_bind(queue, self._exchange, routing_key=address)
        seen = {a: Seen(a, f"exchange {self._exchange}, from now on") for a in addresses}
        reading.seen.extend(seen.values())
        reading.ready.set()
        number = 0
        for method, properties, body in channel.consume(
            queue, auto_ack=True, exclusive=True, inactivity_timeout=WAIT
        ):
            if method is not None:
                number += 1
                found = seen.get(method.routing_key)
                if found is not None and found.count < reading.most:
                    found.note(number)
                    yield _message(method.routing_key, number, properties, body)
            if time.monotonic() >= deadline or all(s.count >= reading.most for s in seen.values()):
                return

    def _stream(self, address: str, reading: Reading, deadline: float) -> Iterator[Message]:
        from pika.exceptions import AMQPError, ChannelClosedByBroker

        connection = self._connect()
        channel = connection.channel()
        channel.basic_qos(prefetch_count=AT_ONCE)
        seen = Seen(address, "stream")
        reading.seen.append(seen)
        came: deque[Any] = deque()
        try:
            channel.basic_consume(
                address,
                lambda _channel, *delivery: came.append(delivery),
                arguments={"x-stream-offset": "first"},
            )
            while seen.count < reading.most and time.monotonic() < deadline:
                connection.process_data_events(time_limit=WAIT * 5)
                if not came:
                    break
                while came and seen.count < reading.most:
                    method, properties, body = came.popleft()
                    position = int((properties.headers or {}).get("x-stream-offset", seen.count))
                    channel.basic_ack(method.delivery_tag)  # asks for more; a stream keeps all
                    seen.note(position)
                    yield _message(address, position, properties, body)
        except ChannelClosedByBroker as error:
            seen.partition = _said(error)
        finally:
            # What is under way when we leave is sent back, which a stream answers with an error.
            with contextlib.suppress(AMQPError):
                connection.close()


def _message(address: str, position: int, properties: Any, body: bytes) -> Message:
    headers = {
        str(name): value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for name, value in (properties.headers or {}).items()
    }
    if properties.content_type:
        headers["content-type"] = properties.content_type
    return decode(
        body,
        headers,
        address=address,
        position=position,
        received_at=datetime.now(UTC).isoformat(),
    )


def _said(error: BaseException) -> str:
    text = getattr(error, "reply_text", "") or str(error)
    return text.splitlines()[0] if text else "no connection"
