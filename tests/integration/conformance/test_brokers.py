"""One test for every broker: what was sent is read, as it was sent, and stays there."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from conformance.events import EventSuite, check
from conformance.events.kafka import Kafka
from conformance.events.nats import Connection, Nats
from conformance.events.source import BrokerUnreachable, Reading, Source
from conformance.evidence import Outcome
from contracts.documents import load
from tests.integration.conformance.conftest import LIBRARY

ADDRESS, OTHER = "wms.receipt.counted", "wms.receipt.reversed"
DOCUMENT = load(LIBRARY / "wms/goods-receipt-events/1.0.0.asyncapi.yaml")


class Broker(Protocol):
    """A running server and a way to send."""

    source: Source
    keyed: bool

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None: ...


class RunningNats:
    keyed = False

    def __init__(self, port: int) -> None:
        self.url = f"nats://127.0.0.1:{port}"
        self.source: Source = Nats(self.url)
        self._connection = Connection(self.url)
        config = {"name": "WMS", "subjects": ["wms.>"], "storage": "memory"}
        made = self._connection.ask("$JS.API.STREAM.CREATE.WMS", json.dumps(config).encode())
        assert "error" not in made, made

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None:
        reply = self._connection.ask  # acknowledged, so that it is stored when we read
        self._connection.publish(address, value, headers=headers)
        reply("$JS.API.INFO")

    def state(self) -> Any:
        info = self._connection.ask("$JS.API.STREAM.INFO.WMS")
        return info["state"]["messages"], info["state"]["consumer_count"]


class RunningKafka:
    keyed = True

    def __init__(self) -> None:
        from confluent_kafka import Producer

        self._cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        broker = next(iter(self._cluster.list_topics(timeout=10).brokers.values()))
        self.servers = f"{broker.host}:{broker.port}"
        self._producer = Producer({"bootstrap.servers": self.servers, "log_level": 0})
        self.source: Source = Kafka(self.servers)

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None:
        pairs = [(name, text.encode()) for name, text in headers.items()]
        self._producer.produce(address, value, key=key, headers=pairs)
        assert self._producer.flush(10) == 0


@pytest.fixture(scope="module")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = shutil.which(
        "nats-server", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    )
    assert program is not None, "nats-server comes with the development dependencies"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    store = str(tmp_path_factory.mktemp("jetstream"))
    command = [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", store]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while True:
        try:
            Connection(f"nats://127.0.0.1:{port}").close()
            break
        except OSError:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(10)


@pytest.fixture(params=["nats", "kafka"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    if request.param == "kafka":
        yield RunningKafka()
        return
    running = RunningNats(request.getfixturevalue("nats_server"))
    yield running
    running._connection.ask("$JS.API.STREAM.DELETE.WMS")
    running._connection.close()


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
    key = "PO-2026-0417"
    prefix = "ce_" if broker.keyed else "ce-"
    broker.send(ADDRESS, *structured(example(id="a")), key)
    broker.send(ADDRESS, *binary(example(id="b"), prefix), key)
    framed = b"\0\0\0\0\x07" + json.dumps(example(id="c")).encode()
    broker.send(ADDRESS, framed, {}, key)
    broker.send(ADDRESS, b"{broken", {"content-type": "application/json"}, key)
    for _ in range(2):
        reading = Reading(seconds=15)
        found = list(broker.source.read((ADDRESS, OTHER), reading))
        assert [m.payload and m.payload["id"] for m in found] == ["a", "b", "c", None]
        assert [m.payload for m in found[:3]] == [example(id=i) for i in "abc"]
        assert found[3].problem is not None
        assert {m.address for m in found} == {ADDRESS}
        assert all(m.received_at is not None for m in found)
        assert {m.key for m in found} == ({key} if broker.keyed else {None})
        assert sum(seen.count for seen in reading.seen if seen.address == ADDRESS) == 4
    if isinstance(broker, RunningNats):
        assert broker.state() == (4, 0), "nothing taken, no consumer left"


def test_a_stream_is_checked_where_it_is(broker: Broker) -> None:
    for number in (*range(1, 20), 21, 22, 23):
        event = example(id=f"e{number}", sequence=f"{number:020d}")
        broker.send(ADDRESS, *structured(event), event["partitionkey"])
    found = check(EventSuite(), [DOCUMENT], broker.source.read((ADDRESS,), Reading()))
    assert found.outcome is Outcome.FAILED
    assert {f.check for f in found.failures} == {"sequence"}
    assert found.requests == 22


def test_only_the_last_messages_when_there_are_many(broker: Broker) -> None:
    for number in range(30):
        broker.send(ADDRESS, *structured(example(id=f"e{number}")), "PO-2026-0417")
    found = list(broker.source.read((ADDRESS,), Reading(most=10)))
    assert [m.payload["id"] for m in found] == [f"e{n}" for n in range(20, 30)]


@pytest.mark.parametrize(
    "source", [Nats("nats://127.0.0.1:9"), Kafka("127.0.0.1:9")], ids=["nats", "kafka"]
)
def test_nobody_there_is_one_sentence(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.events.kafka.CONNECT", 1.0)
    with pytest.raises(BrokerUnreachable) as error:
        list(source.read((ADDRESS,), Reading()))
    assert "127.0.0.1:9" in str(error.value)
