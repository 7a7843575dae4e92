"""A Kafka address: servers, who signs in how, what is trusted; and what a broker is really sent."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest

from conformance.events.brokers import open_source, signed_in, without_credentials
from conformance.events.kafka import Kafka
from conformance.events.source import BrokerUnreachable, Reading
from conformance.plan import SuiteInvalid

TABLE: list[tuple[str, dict[str, str]]] = [
    ("kafka://a:9092,b:9092", {"security.protocol": "plaintext"}),
    ("kafkas://a:9093", {"security.protocol": "ssl"}),
    (
        "kafka://u:p%40ss%3Aword@a:9092",
        {
            "security.protocol": "sasl_plaintext",
            "sasl.mechanism": "PLAIN",
            "sasl.username": "u",
            "sasl.password": "p@ss:word",
        },
    ),
    (
        "kafkas://u:p@a:9093?sasl=scram-sha-512&ca=/etc/ca.pem",
        {
            "security.protocol": "sasl_ssl",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": "u",
            "sasl.password": "p",
            "ssl.ca.location": "/etc/ca.pem",
        },
    ),
    (
        "kafkas://a:9093?cert=/c.pem&key=/k.pem",
        {
            "security.protocol": "ssl",
            "ssl.certificate.location": "/c.pem",
            "ssl.key.location": "/k.pem",
        },
    ),
]


@pytest.mark.parametrize(("url", "settings"), TABLE)
def test_an_address_says_who_signs_in_how(url: str, settings: dict[str, str]) -> None:
    source = open_source(url)
    assert isinstance(source, Kafka)
    assert source._settings == settings
    assert "@" not in source._servers


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("kafka://u:p@a:9092?sasl=MAGIC", "MAGIC"),
        ("kafka://a:9092?sasl=PLAIN", "needs a user"),
        ("kafka://a:9092?ca=/x", "kafkas"),
        ("kafka://a:9092?protocol=x", "protocol"),
    ],
)
def test_what_is_none_is_said(url: str, said: str) -> None:
    with pytest.raises(SuiteInvalid, match=said) as caught:
        open_source(url)
    assert ":p@" not in str(caught.value)


def test_a_credential_comes_by_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER", "alice:s/e@cret")
    url = signed_in("kafkas://a:9093?sasl=PLAIN", "env:BROKER")
    assert open_source(url)._settings["sasl.password"] == "s/e@cret"  # type: ignore[attr-defined]
    assert without_credentials(url) == "kafkas://a:9093"
    with pytest.raises(SuiteInvalid, match="keep one"):
        signed_in("kafka://bob:x@a:9092", "env:BROKER")


def test_the_broker_is_sent_user_and_password() -> None:
    """A broker of a few lines: SASL handshake (KIP-43) and authenticate (KIP-152), then no."""
    said: list[bytes] = []

    def answer(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with suppress(OSError), connection:
                    while head := connection.recv(4, socket.MSG_WAITALL):
                        body = connection.recv(struct.unpack(">i", head)[0], socket.MSG_WAITALL)
                        api, version, correlation = struct.unpack(">hhi", body[:8])
                        told = _answer(api, version, body, said)
                        content = struct.pack(">i", correlation) + told
                        connection.sendall(struct.pack(">i", len(content)) + content)

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=answer, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        source = open_source(f"kafka://alice:s3cret@127.0.0.1:{port}")
        reading: Any = Reading(seconds=1)
        with pytest.raises(BrokerUnreachable) as caught:
            list(source.read(("orders",), reading))
        server.shutdown(socket.SHUT_RDWR)
    assert b"\0alice\0s3cret" in b"".join(said)
    assert "s3cret" not in str(caught.value)
    assert "uthentication" in str(caught.value)


def _answer(api: int, version: int, body: bytes, said: list[bytes]) -> bytes:
    if api == 18:  # ApiVersions: only the old form, so that the answers stay short
        if version > 0:
            return struct.pack(">hi", 35, 0)
        known = [(3, 0, 1), (17, 0, 1), (18, 0, 0), (36, 0, 0)]
        return struct.pack(">hi", 0, len(known)) + b"".join(struct.pack(">hhh", *k) for k in known)
    if api == 17:
        return struct.pack(">hih", 0, 1, 5) + b"PLAIN"
    said.append(body)
    reason = b"no such user"
    return struct.pack(">hh", 58, len(reason)) + reason + struct.pack(">i", 0)
