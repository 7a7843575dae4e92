"""Real brokers, each with a way to send to it; every server ends with the test session."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from conformance.events.amqp import Amqp
from conformance.events.kafka import Kafka
from conformance.events.mqtt import Mqtt
from conformance.events.nats import Connection, Nats
from conformance.events.source import Source
from conformance.events.webhook import Webhook
from tests.brokers.servers import ROOT, program

SECRET = "a key for the signatures of the tests"


class Broker(Protocol):
    """A running server and a way to send; a ``live`` one keeps nothing for those who come late."""

    source: Source
    keyed: bool
    live: bool
    prefix: str

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None: ...

    def left(self) -> Any:
        """What a reader would have left or taken away: None is nothing."""


class RunningNats:
    keyed, live, prefix = False, False, "ce-"

    def __init__(self, port: int) -> None:
        self.url = f"nats://127.0.0.1:{port}"
        self.source: Source = Nats(self.url)
        self._connection = Connection(self.url)
        self._sent = 0
        config = {"name": "WMS", "subjects": ["wms.>"], "storage": "memory"}
        made = self._connection.ask("$JS.API.STREAM.CREATE.WMS", json.dumps(config).encode())
        assert "error" not in made, made

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None:
        self._connection.publish(address, value, headers=headers)
        self._connection.ask("$JS.API.INFO")  # answered, so that it is stored when we read
        self._sent += 1

    def left(self) -> Any:
        info = self._connection.ask("$JS.API.STREAM.INFO.WMS")
        state = info["state"]["messages"], info["state"]["consumer_count"]
        return None if state == (self._sent, 0) else state

    def close(self) -> None:
        self._connection.ask("$JS.API.STREAM.DELETE.WMS")
        self._connection.close()


class RunningKafka:
    keyed, live, prefix = True, False, "ce_"

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

    def left(self) -> Any:
        return None


class RunningRabbit:
    """``consumers`` is a queue of somebody else, who must still get every message."""

    keyed, prefix = False, "cloudEvents:"

    def __init__(self, port: int, *, streams: bool, addresses: tuple[str, ...]) -> None:
        import pika

        self.live = not streams
        self._streams = streams
        url = f"amqp://guest:guest@127.0.0.1:{port}"
        self.source: Source = Amqp(url + ("?streams=yes" if streams else "?exchange=amq.topic"))
        self._connection: Any = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()
        self._queues = addresses if streams else ("consumers",)
        for name in self._queues:
            arguments = {"x-queue-type": "stream"} if streams else {}
            self._channel.queue_declare(name, durable=True, arguments=arguments)
        for address in addresses if not streams else ():
            self._channel.queue_bind("consumers", "amq.topic", routing_key=address)
        self._channel.confirm_delivery()
        self._sent = 0

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None:
        import pika

        named = dict(headers)
        properties = pika.BasicProperties(
            content_type=named.pop("content-type", None), headers=named, delivery_mode=2
        )
        exchange = "" if self._streams else "amq.topic"
        self._channel.basic_publish(exchange, address, value, properties)
        self._sent += 1

    def left(self) -> Any:
        if self._streams:
            return None
        waiting = self._channel.queue_declare("consumers", passive=True).method.message_count
        return None if waiting == self._sent else waiting

    def close(self) -> None:
        for name in self._queues:
            self._channel.queue_delete(name)
        self._connection.close()


class RunningMosquitto:
    keyed, live, prefix = False, True, ""

    def __init__(self, port: int) -> None:
        from paho.mqtt.client import CallbackAPIVersion, Client, MQTTv5

        self.source: Source = Mqtt(f"mqtt://127.0.0.1:{port}")
        self._client = Client(CallbackAPIVersion.VERSION2, "sender", protocol=MQTTv5)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None:
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        properties: Any = Properties(PacketTypes.PUBLISH)
        named = dict(headers)
        media = named.pop("content-type", None)
        if media:
            properties.ContentType = media
        if named:
            properties.UserProperty = list(named.items())
        self._client.publish(address, value, qos=1, properties=properties).wait_for_publish(10)

    def left(self) -> Any:
        return None

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class RunningWebhook:
    keyed, live, prefix = False, True, "ce-"

    def __init__(self, secret: str = SECRET) -> None:
        os.environ["INTERLOCK_TEST_WEBHOOK"] = SECRET
        self._secret = secret
        self._source = Webhook("webhook://127.0.0.1:0?secret=env:INTERLOCK_TEST_WEBHOOK")
        self.source: Source = self._source

    def send(self, address: str, value: bytes, headers: dict[str, str], key: str) -> None:
        signature = hmac.new(self._secret.encode(), value, hashlib.sha256).hexdigest()
        signed = {**headers, "X-Hub-Signature-256": f"sha256={signature}"}
        url = f"http://127.0.0.1:{self._source.port}/{address}"
        with urllib.request.urlopen(urllib.request.Request(url, value, signed), timeout=10) as got:
            assert got.status == 204

    def left(self) -> Any:
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(
    command: list[str], answers: Callable[[], object], seconds: float = 60, **how: Any
) -> Iterator[None]:
    """A server until the block ends; ``answers`` raises OSError until it is ready."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command, **quiet, **how)
    deadline = time.monotonic() + seconds
    try:
        while True:
            try:
                answers()
                break
            except OSError:
                assert running.poll() is None, f"{command[0]} ended with {running.returncode}"
                assert time.monotonic() < deadline, f"{command[0]} did not become ready"
                time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(30)


def listens(port: int) -> Callable[[], object]:
    return lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close()


@contextmanager
def nats(store: Path) -> Iterator[int]:
    found = shutil.which("nats-server", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert found is not None, "nats-server comes with the development dependencies"
    port = free_port()
    command = [found, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(store)]
    with process(command, lambda: Connection(f"nats://127.0.0.1:{port}").close()):
        yield port


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    port = free_port()
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    libraries = ":".join(map(str, (*ROOT.glob("usr/lib/*-linux-gnu"), *ROOT.glob("lib/*-gnu"))))
    environment = {**os.environ, "LD_LIBRARY_PATH": libraries}
    command = [program("usr/sbin/mosquitto"), "-c", str(settings)]
    with process(command, listens(port), env=environment):
        yield port


@contextmanager
def rabbitmq(folder: Path) -> Iterator[int]:
    port, names, between = free_port(), free_port(), free_port()
    (folder / "plugins").write_text("[].")
    (folder / "env.conf").touch()
    settings = f"listeners.tcp.default = 127.0.0.1:{port}\ndisk_free_limit.absolute = 10MB\n"
    (folder / "rabbitmq.conf").write_text(settings)
    epmd = Path(program("usr/lib/erlang/bin/epmd"))
    environment = {
        "PATH": f"{epmd.parent}:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"interlock{port}@localhost",
        "RABBITMQ_DIST_PORT": str(between),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
    }
    command = [program("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")]
    how = {"env": environment, "cwd": folder}
    registrar = [str(epmd), "-address", "127.0.0.1", "-port", str(names)]
    with process(registrar, listens(names), **how), process(command, listens(port), **how):
        yield port
