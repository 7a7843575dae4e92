"""Events of a reference service on a real broker: NATS JetStream, a stream for each address."""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

from conformance.events.nats import Connection, NatsError
from conformance.reference.capture import Event


class BrokerRefused(Exception):
    """The broker cannot be used; the message says why and the mend."""


class Emission:
    """Publishes what :class:`~conformance.reference.capture.Capture` writes.

    Raises:
        BrokerRefused: the address is not one of NATS, or nobody answers there.
    """

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme != "nats":
            raise BrokerRefused("reference services speak NATS only; give nats://host:port")
        self._url = url
        self._streams: set[str] = set()
        self._gone = False
        try:
            self._connection = Connection(url)
        except OSError as error:
            raise BrokerRefused(f"no NATS server answers there ({error}); start one") from None

    def publish(self, line: Event) -> None:
        """Send one line of a capture: its message, structured, to its address.

        A broker that went away is told once on stderr; the service goes on without it.
        """
        if self._gone:
            return
        headers = {"Content-Type": "application/cloudevents+json", **(line.get("headers") or {})}
        told = {name: str(value) for name, value in headers.items()}
        body = json.dumps(line["message"]).encode()
        try:
            self._keep(line["address"])
            self._connection.publish(line["address"], body, headers=told)
        except OSError as error:
            print(f"warning: events no longer reach the broker: {error}", file=sys.stderr)  # noqa: T201
            self._gone = True

    def _keep(self, address: str) -> None:
        """Let a stream store the address, unless one does."""
        if address in self._streams:
            return
        ask = self._connection.ask
        asked = json.dumps({"subject": address}).encode()
        if not ask("$JS.API.STREAM.NAMES", asked).get("streams"):
            name = address.replace(".", "-")
            settings = json.dumps({"name": name, "subjects": [address]}).encode()
            answer = ask(f"$JS.API.STREAM.CREATE.{name}", settings)
            if "error" in answer:
                raise NatsError(answer["error"].get("description", "no stream"))
        self._streams.add(address)

    def close(self) -> None:
        """Wait until everything has arrived, and hang up."""
        try:
            self._connection.ask("$JS.API.INFO")
            self._connection.close()
        except OSError:
            return  # told already
