"""One test for every broker: what was sent is read, as it was sent, and stays there."""

from __future__ import annotations

import json
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import fastavro
import pytest

from conformance.events import EventSuite, Message, check
from conformance.events.amqp import Amqp
from conformance.events.kafka import Kafka
from conformance.events.mqtt import Mqtt
from conformance.events.nats import Nats
from conformance.events.schemas import Schemas, with_schemas
from conformance.events.source import BrokerUnreachable, Reading, Source
from conformance.events.webhook import Webhook
from conformance.evidence import Outcome
from contracts.documents import load
from contracts.errors import DocumentUnreadable
from tests.integration.conformance import running
from tests.integration.conformance.conftest import LIBRARY
from tests.integration.conformance.running import Broker

ADDRESS, OTHER = "wms.receipt.counted", "wms.receipt.reversed"
DOCUMENT = load(LIBRARY / "wms/goods-receipt-events/1.0.0.asyncapi.yaml")
KEY = "PO-2026-0417"
BROKERS = ("nats", "kafka", "amqp", "amqp-stream", "mqtt", "webhook")
pytestmark = pytest.mark.xdist_group("brokers")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], int]]:
    starts = {"nats": running.nats, "mqtt": running.mosquitto, "amqp": running.rabbitmq}
    opened: dict[str, Any] = {}
    ports: dict[str, int] = {}

    def port(name: str) -> int:
        if name not in ports:
            opened[name] = starts[name](tmp_path_factory.mktemp(name))
            ports[name] = opened[name].__enter__()
        return ports[name]

    yield port
    for server in opened.values():
        server.__exit__(None, None, None)


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, servers: Callable[[str], int]) -> Iterator[Broker]:
    name = request.param
    if name == "kafka":
        yield running.RunningKafka()
    elif name == "webhook":
        yield running.RunningWebhook()
    else:
        found: Any
        if name == "nats":
            found = running.RunningNats(servers("nats"))
        elif name == "mqtt":
            found = running.RunningMosquitto(servers("mqtt"))
        else:
            found = running.RunningRabbit(
                servers("amqp"), streams=name == "amqp-stream", addresses=(ADDRESS, OTHER)
            )
        yield found
        found.close()


def read(broker: Broker, reading: Reading, send: Callable[[], None]) -> Iterator[Message]:
    """What is read: sent before, or while a reader listens where nothing is kept."""
    if not broker.live:
        send()
        yield from broker.source.read((ADDRESS, OTHER), reading)
        return
    told: list[BaseException] = []

    def later() -> None:
        try:
            assert reading.ready.wait(20)
            send()
        except BaseException as error:
            told.append(error)

    thread = Thread(target=later)
    thread.start()
    yield from broker.source.read((ADDRESS, OTHER), reading)
    thread.join(20)
    assert not told, told


def example(**changes: object) -> dict[str, Any]:
    found = DOCUMENT.get("/components/messages/receiptCounted/examples/0/payload")
    return {**json.loads(json.dumps(found)), **changes}


def structured(event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    return json.dumps(event).encode(), {"content-type": "application/cloudevents+json"}


def binary(event: dict[str, Any], prefix: str) -> tuple[bytes, dict[str, str]]:
    attributes = {n: str(v) for n, v in event.items() if n not in {"data", "datacontenttype"}}
    headers = {f"{prefix}{name}": text for name, text in attributes.items()}
    return json.dumps(event["data"]).encode(), {**headers, "content-type": "application/json"}


def test_what_was_sent_is_read_and_stays(broker: Broker) -> None:
    def send() -> None:
        broker.send(ADDRESS, *structured(example(id="a")), KEY)
        broker.send(ADDRESS, *binary(example(id="b"), broker.prefix), KEY)
        framed = b"\0\0\0\0\x07" + json.dumps(example(id="c")).encode()
        broker.send(ADDRESS, framed, {"content-type": "application/octet-stream"}, KEY)
        broker.send(ADDRESS, b"{broken", {"content-type": "application/json"}, KEY)

    for again in (False, True):
        reading = Reading(seconds=2 if broker.live else 15)
        sending = (lambda: None) if again and not broker.live else send
        found = list(read(broker, reading, sending))
        assert [m.payload and m.payload["id"] for m in found] == ["a", "b", "c", None]
        assert [m.payload for m in found[:3]] == [example(id=i) for i in "abc"]
        assert found[3].problem is not None
        assert {m.address for m in found} == {ADDRESS}
        assert all(m.received_at is not None for m in found)
        assert {m.key for m in found} == ({KEY} if broker.keyed else {None})
        assert sum(seen.count for seen in reading.seen if seen.address == ADDRESS) == 4
        assert all(seen.sentence() for seen in reading.seen)
    assert broker.left() is None, "nothing taken, nothing left behind"


def test_a_stream_is_checked_where_it_is(broker: Broker) -> None:
    def send() -> None:
        for number in (*range(1, 20), 21, 22, 23):
            event = example(id=f"e{number}", sequence=f"{number:020d}")
            broker.send(ADDRESS, *structured(event), event["partitionkey"])

    reading = Reading(seconds=2 if broker.live else 15)
    found = check(EventSuite(), [DOCUMENT], read(broker, reading, send))
    assert found.outcome is Outcome.FAILED
    assert {f.check for f in found.failures} == {"sequence"}
    assert found.requests == 22


def test_no_more_messages_than_asked_for(broker: Broker) -> None:
    def send() -> None:
        for number in range(30):
            heard = number < 10 or not isinstance(broker.source, Webhook)
            with nullcontext() if heard else suppress(OSError):  # it has stopped listening
                broker.send(ADDRESS, *structured(example(id=f"e{number}")), KEY)

    reading = Reading(most=10, seconds=3)
    found = list(read(broker, reading, send))
    first = (
        20 if isinstance(broker.source, Nats | Kafka) else 0
    )  # what is kept is read from its end
    assert [m.payload["id"] for m in found] == [f"e{n}" for n in range(first, first + 10)]


@pytest.mark.parametrize(
    "source",
    [
        Nats("nats://127.0.0.1:9"),
        Kafka("127.0.0.1:9"),
        Amqp("amqp://127.0.0.1:9"),
        Mqtt("mqtt://127.0.0.1:9"),
    ],
    ids=["nats", "kafka", "amqp", "mqtt"],
)
def test_nobody_there_is_one_sentence(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.events.kafka.CONNECT", 1.0)
    with pytest.raises(BrokerUnreachable) as error:
        list(source.read((ADDRESS,), Reading()))
    assert "127.0.0.1:9" in str(error.value)


def test_an_exchange_that_is_not_there_is_said_and_not_made(servers: Callable[[str], int]) -> None:
    source = Amqp(f"amqp://guest:guest@127.0.0.1:{servers('amqp')}?exchange=nowhere")
    for _ in range(2):
        with pytest.raises(BrokerUnreachable, match="nowhere"):
            list(source.read((ADDRESS,), Reading(seconds=2)))


def test_a_delivery_with_a_wrong_signature_is_refused_and_reported() -> None:
    broker = running.RunningWebhook(secret="another key")

    def send() -> None:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            broker.send(ADDRESS, *structured(example()), KEY)

    found = check(EventSuite(), [DOCUMENT], read(broker, Reading(seconds=1), send))
    assert [f.check for f in found.failures] == ["readable"]
    assert "signature" in found.failures[0].message


def test_a_batch_of_deliveries_and_a_port_that_is_taken() -> None:
    broker = running.RunningWebhook()
    batch = json.dumps([example(id="a"), example(id="b")]).encode()
    media = {"content-type": "application/cloudevents-batch+json"}
    taken: list[str] = []

    def send() -> None:
        broker.send("", batch, media, KEY)
        second = Webhook(f"webhook://127.0.0.1:{broker._source.port}")
        try:
            list(second.read((), Reading(seconds=1)))
        except BrokerUnreachable as error:
            taken.append(str(error))

    found = check(EventSuite(), [DOCUMENT], read(broker, Reading(seconds=1), send))
    assert (found.outcome, found.requests) == (Outcome.PASSED, 2)
    assert "cannot listen" in taken[0]


AVRO = {
    "type": "record",
    "name": "Counted",
    "fields": [
        {"name": "receiptId", "type": "string"},
        {
            "name": "amount",
            "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
        },
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}


def test_avro_behind_a_schema_id_is_read_with_its_schema(broker: Broker, tmp_path: Path) -> None:
    record = {
        "receiptId": "GR-1",
        "amount": Decimal("12.50"),
        "at": datetime(2026, 3, 2, 8, tzinfo=UTC),
    }
    written = BytesIO()
    fastavro.schemaless_writer(written, fastavro.parse_schema(AVRO), record)
    value = b"\0\0\0\0\x07" + written.getvalue()
    _, attributes = binary(example(id="a"), broker.prefix)
    headers = {**attributes, "content-type": "application/avro"}

    def send() -> None:
        broker.send(ADDRESS, value, headers, KEY)
        broker.send(ADDRESS, value[:8], headers, KEY)
        broker.send(ADDRESS, b"\0\0\0\0\x08" + value[5:], headers, KEY)
        broker.send(ADDRESS, value + b"x", headers, KEY)

    kept = tmp_path / "schemas.json"
    kept.write_text(json.dumps({"7": {"schemaType": "AVRO", "schema": json.dumps(AVRO)}}))
    found = list(read(broker, Reading(seconds=2 if broker.live else 15), send))
    assert [m.problem is None for m in found] == [False] * 4
    whole, *broken = with_schemas(found, Schemas.load(kept))
    assert whole.payload["id"] == "a"
    assert whole.payload["data"] == {
        "receiptId": "GR-1",
        "amount": "12.50",
        "at": "2026-03-02T08:00:00+00:00",
    }
    assert [
        "not Avro" in m.problem or "known are 7" in m.problem or "left" in m.problem for m in broken
    ] == [True] * 3
    assert whole.position == found[0].position


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"a": {}}',
        '{"1": {"type": "odd"}}',
        '{"1": {"schemaType": "PROTOBUF", "schema": ""}}',
    ],
)
def test_schemas_that_are_none_are_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "schemas.json"
    path.write_text(text)
    with pytest.raises(DocumentUnreadable, match=r"schemas\.json"):
        Schemas.load(path)
