"""Messages of MQTT 5 brokers: a client of our own, a clean session that ends with the connection.

A subscription gets copies and takes nothing from others; shared subscriptions are refused.
CloudEvents' MQTT binding §3: attributes are user properties under their own names.
"""

from __future__ import annotations

import queue
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance.events.decoding import decode
from conformance.events.message import Message
from conformance.events.source import BrokerUnreachable, Reading, Seen

CONNECT = 10.0
"""Seconds a broker may take to let us in."""
WAITING = 10_000
"""Messages that may wait to be checked; what comes above that is counted as not seen."""


class Mqtt:
    """``mqtt://user:password@host:port`` or ``mqtts://``; a channel's address is its topic."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._parts = parts
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        self._shown = f"MQTT at {self._host}:{self._port}"

    def read(self, addresses: tuple[str, ...], reading: Reading) -> Iterator[Message]:
        """What is published there from now on, and what is retained.

        Raises:
            BrokerUnreachable: nobody answers, or the broker does not let us listen.
        """
        arrived: queue.Queue[Any] = queue.Queue(WAITING)
        granted: queue.Queue[Any] = queue.Queue()
        lost = Seen("all topics", "not seen: more came than could be checked")
        topics = [a for a in addresses if not a.startswith("$share/")]
        client = self._client(arrived, granted, lost, topics)
        deadline = time.monotonic() + reading.seconds
        try:
            self._connect(client, granted)
            seen = {topic: Seen(topic, "from now on") for topic in topics}
            reading.seen.extend(seen.values())
            reading.ready.set()
            yield from _taken(arrived, seen, reading, deadline)
            if lost.count:
                reading.seen.append(lost)
        finally:
            client.disconnect()
            client.loop_stop()

    def _client(
        self, arrived: queue.Queue[Any], granted: queue.Queue[Any], lost: Seen, topics: list[str]
    ) -> Any:
        from paho.mqtt.client import Client, MQTTv5
        from paho.mqtt.enums import CallbackAPIVersion

        client = Client(
            CallbackAPIVersion.VERSION2, f"interlock-{uuid.uuid4().hex[:12]}", protocol=MQTTv5
        )
        if self._parts.username:
            client.username_pw_set(
                unquote(self._parts.username), unquote(self._parts.password or "")
            )
        if self._parts.scheme == "mqtts":
            client.tls_set()

        def connected(_c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
            if reason.is_failure or not topics:
                granted.put(str(reason) if reason.is_failure else None)
            else:
                client.subscribe([(topic, 1) for topic in topics])

        def subscribed(_c: Any, _u: Any, _m: Any, reasons: Any, _p: Any) -> None:
            refused = [str(reason) for reason in reasons if reason.is_failure]
            granted.put(refused[0] if refused else None)

        def message(_c: Any, _u: Any, came: Any) -> None:
            try:
                arrived.put_nowait(came)
            except queue.Full:
                lost.note(lost.count + 1)

        client.on_connect, client.on_subscribe, client.on_message = connected, subscribed, message
        return client

    def _connect(self, client: Any, granted: queue.Queue[Any]) -> None:
        try:
            client.connect(self._host, self._port, keepalive=30)
            client.loop_start()
            refused = granted.get(timeout=CONNECT)
        except (OSError, ValueError) as error:
            raise BrokerUnreachable(f"{self._shown}: {error}") from None
        except queue.Empty:
            raise BrokerUnreachable(f"{self._shown}: no answer in {CONNECT:.0f} s") from None
        if refused:
            raise BrokerUnreachable(f"{self._shown}: {refused}")


def _taken(
    arrived: queue.Queue[Any], seen: dict[str, Seen], reading: Reading, deadline: float
) -> Iterator[Message]:
    number = 0
    while not all(s.count >= reading.most for s in seen.values()):
        try:
            came = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return
        number += 1
        found = seen.get(came.topic)
        if found is not None and found.count < reading.most:
            found.note(number)
            yield _message(came, number)


def _message(came: Any, number: int) -> Message:
    named = dict(getattr(came.properties, "UserProperty", None) or ())
    prefix = "ce-" if "specversion" in named else ""
    headers = {f"{prefix}{name}": str(text) for name, text in named.items()}
    media = getattr(came.properties, "ContentType", None)
    if media:
        headers["content-type"] = media
    return decode(
        came.payload,
        headers,
        address=came.topic,
        position=number,
        received_at=datetime.now(UTC).isoformat(),
    )
