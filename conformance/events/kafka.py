"""Messages of Kafka topics, read by offset: no group is joined, no offset committed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from conformance.events.decoding import decode
from conformance.events.message import Message
from conformance.events.source import BrokerUnreachable, Reading, Seen

CONNECT = 10.0
"""Seconds a broker may take to tell its topics."""


class Kafka:
    """A cluster; ``settings`` are librdkafka's (security and the like)."""

    def __init__(self, servers: str, settings: Mapping[str, str] | None = None) -> None:
        self._servers = servers
        self._settings = dict(settings or {})

    def read(self, addresses: tuple[str, ...], reading: Reading) -> Iterator[Message]:
        """The last ``reading.most`` messages of every topic, partition by partition.

        Raises:
            BrokerUnreachable: nobody answers.
        """
        client = self._client()
        deadline = time.monotonic() + reading.seconds
        try:
            for topic in addresses:
                yield from self._topic(client, topic, reading, deadline)
        finally:
            client.close()

    def _client(self) -> Any:
        try:
            from confluent_kafka import Consumer
        except ImportError:
            raise BrokerUnreachable(
                "reading Kafka needs the package confluent-kafka; install it beside Interlock"
            ) from None
        return Consumer(
            {
                **self._settings,
                "bootstrap.servers": self._servers,
                "group.id": "interlock-reads-without-a-group",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "error",
                "allow.auto.create.topics": False,
                "log_level": 0,
            }
        )

    def _topic(
        self, client: Any, topic: str, reading: Reading, deadline: float
    ) -> Iterator[Message]:
        from confluent_kafka import KafkaException, TopicPartition

        try:
            told = client.list_topics(topic, timeout=CONNECT).topics.get(topic)
            if told is None or told.error is not None:
                reading.seen.append(Seen(topic, "is not there"))
                return
            for number in sorted(told.partitions):
                low, high = client.get_watermark_offsets(
                    TopicPartition(topic, number), timeout=CONNECT
                )
                seen = Seen(topic, f"partition {number}", end=high)
                reading.seen.append(seen)
                start = max(low, high - reading.most)
                if start < high:
                    client.assign([TopicPartition(topic, number, start)])
                    yield from self._partition(client, seen, high, deadline)
        except KafkaException as error:
            raise BrokerUnreachable(f"Kafka at {self._servers}: {error.args[0].str()}") from None

    def _partition(self, client: Any, seen: Seen, high: int, deadline: float) -> Iterator[Message]:
        while (seen.last is None or seen.last < high - 1) and time.monotonic() < deadline:
            for record in client.consume(500, timeout=0.5):
                if record.error() is not None or record.offset() >= high:
                    continue
                seen.note(record.offset())
                yield _message(record)


def _message(record: Any) -> Message:
    kind, stamp = record.timestamp()
    moment = datetime.fromtimestamp(stamp / 1000, UTC).isoformat() if kind else None
    key = record.key()
    return decode(
        record.value() or b"",
        {n: (v or b"").decode("utf-8", "replace") for n, v in record.headers() or ()},
        address=record.topic(),
        position=record.offset(),
        key=key.decode("utf-8", "replace") if key is not None else None,
        received_at=moment,
    )
