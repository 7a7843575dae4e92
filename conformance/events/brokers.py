"""The source of messages behind an address: one adapter per scheme, imported when asked for."""

from __future__ import annotations

from importlib import import_module

from conformance.events.source import Source
from conformance.plan import SuiteInvalid

ADAPTERS = {
    "nats": "nats.Nats",
    "kafka": "kafka.Kafka",
    "amqp": "amqp.Amqp",
    "amqps": "amqp.Amqp",
    "mqtt": "mqtt.Mqtt",
    "mqtts": "mqtt.Mqtt",
    "webhook": "webhook.Webhook",
}


def open_source(url: str) -> Source:
    """The adapter for ``scheme://host:port``.

    Raises:
        SuiteInvalid: no adapter has that scheme.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in ADAPTERS or not rest:
        raise SuiteInvalid(
            f"{without_credentials(url)!r} is none of nats://, kafka://, amqp://, mqtt:// and "
            "webhook://host:port"
        )
    module, _, name = ADAPTERS[scheme].partition(".")
    adapter = getattr(import_module(f"conformance.events.{module}"), name)
    source: Source = adapter(rest if scheme == "kafka" else url)
    return source


def without_credentials(url: str) -> str:
    """An address as it may be shown."""
    scheme, divider, rest = url.partition("://")
    shown = rest.rpartition("@")[2].partition("?")[0]
    return f"{scheme}://{shown}" if divider else url
