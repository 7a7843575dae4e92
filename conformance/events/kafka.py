"""Messages of Kafka topics, read by offset: no group is joined, no offset committed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from conformance.events.decoding import decode
from conformance.events.message import Message
from conformance.events.source import BrokerUnreachable, Reading, Seen
from conformance.plan import SuiteInvalid

CONNECT = 10.0
"""Seconds a broker may take to tell its topics."""


MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
FILES = {"ca": "ssl.ca.location", "cert": "ssl.certificate.location", "key": "ssl.key.location"}


class Kafka:
    """``kafka://user:password@host:port,host:port`` or ``kafkas://`` over TLS.

    ``?sasl=SCRAM-SHA-512`` names the mechanism of a user (PLAIN is the default); ``?ca=``,
    ``?cert=`` and ``?key=`` name files: who is trusted, and a certificate of our own.
    """

    def __init__(self, url: str) -> None:
        scheme, divider, rest = url.partition("://")
        address, _, query = (rest if divider else url).partition("?")
        user, _, self._servers = address.rstrip("/").rpartition("@")
        self._settings = _security(scheme == "kafkas", user, parse_qs(query))

    def read(self, addresses: tuple[str, ...], reading: Reading) -> Iterator[Message]:
        """The last ``reading.most`` messages of every topic, partition by partition.

        Raises:
            BrokerUnreachable: nobody answers.
        """
        try:
            from confluent_kafka import KafkaException
        except ImportError:
            raise BrokerUnreachable(
                "reading Kafka needs the package confluent-kafka; install it beside Interlock"
            ) from None
        said: list[str] = []
        client = self._client(said)
        deadline = time.monotonic() + reading.seconds
        try:
            for topic in addresses:
                yield from self._topic(client, topic, reading, deadline)
        except KafkaException as error:
            client.poll(0)  # what the client heard in the meantime is told by its callback
            why = next((text for text in said if "uthentic" in text), error.args[0].str())
            raise BrokerUnreachable(f"Kafka at {self._servers}: {why}") from None
        finally:
            client.close()

    def _client(self, said: list[str]) -> Any:
        from confluent_kafka import Consumer

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
                "error_cb": lambda error: said.append(error.str()),
            }
        )

    def _topic(
        self, client: Any, topic: str, reading: Reading, deadline: float
    ) -> Iterator[Message]:
        from confluent_kafka import TopicPartition

        patience = min(CONNECT, reading.seconds)
        told = client.list_topics(topic, timeout=patience).topics.get(topic)
        if told is None or told.error is not None:
            reading.seen.append(Seen(topic, "is not there", missing=True))
            return
        for number in sorted(told.partitions):
            place = TopicPartition(topic, number)
            low, high = client.get_watermark_offsets(place, timeout=patience)
            seen = Seen(topic, f"partition {number}", end=high)
            reading.seen.append(seen)
            start = max(low, high - reading.most)
            if start < high:
                client.assign([TopicPartition(topic, number, start)])
                yield from self._partition(client, seen, high, deadline)

    def _partition(self, client: Any, seen: Seen, high: int, deadline: float) -> Iterator[Message]:
        while (seen.last is None or seen.last < high - 1) and time.monotonic() < deadline:
            for record in client.consume(500, timeout=0.5):
                if record.error() is not None or record.offset() >= high:
                    continue
                seen.note(record.offset())
                yield _message(record)


def _security(tls: bool, user: str, asked: Mapping[str, list[str]]) -> dict[str, str]:
    """What librdkafka is told of sign-in and encryption.

    Raises:
        SuiteInvalid: the address asks for something that does not exist.
    """
    unknown = sorted(set(asked) - {"sasl", *FILES})
    if unknown:
        raise SuiteInvalid(
            f"A Kafka address has no option {unknown[0]!r}; known are sasl, ca, cert and key"
        )
    found = {FILES[name]: values[0] for name, values in asked.items() if name in FILES}
    if found and not tls:
        raise SuiteInvalid("A Kafka address that names certificates begins with kafkas://")
    if user:
        name, _, password = user.partition(":")
        mechanism = asked.get("sasl", ["PLAIN"])[0].upper()
        if mechanism not in MECHANISMS:
            raise SuiteInvalid(
                f"There is no SASL mechanism {mechanism!r}; known are {', '.join(MECHANISMS)}"
            )
        found |= {
            "sasl.mechanism": mechanism,
            "sasl.username": unquote(name),
            "sasl.password": unquote(password),
        }
    elif "sasl" in asked:
        raise SuiteInvalid("SASL needs a user; give --secret, or auth at the endpoint")
    kind = ("sasl_" if user else "") + ("ssl" if tls else "plaintext")
    return found | {"security.protocol": kind}


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
