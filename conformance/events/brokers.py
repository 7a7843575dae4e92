"""The source of messages behind an address: one adapter per scheme, imported when asked for."""

from __future__ import annotations

from importlib import import_module
from urllib.parse import quote

from conformance.events.source import Source
from conformance.plan import SuiteInvalid
from conformance.plan.auth import resolve_secret

ADAPTERS = {
    "nats": "nats.Nats",
    "kafka": "kafka.Kafka",
    "kafkas": "kafka.Kafka",
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
    source: Source = adapter(url)
    return source


def signed_in(url: str, secret: str | None) -> str:
    """An address with the ``user:password`` behind a reference (``env:NAME`` or ``file:/path``).

    Raises:
        SuiteInvalid: the address names a user too.
        SecretMissing: the reference points to nothing.
    """
    if not secret:
        return url
    scheme, _, rest = url.partition("://")
    if "@" in rest.partition("?")[0]:
        raise SuiteInvalid("The address names a user and there is a credential; keep one")
    user, colon, password = resolve_secret(secret).partition(":")
    shown = quote(user, safe="") + (colon and f":{quote(password, safe='')}")
    return f"{scheme}://{shown}@{rest}"


def without_credentials(url: str) -> str:
    """An address as it may be shown."""
    scheme, divider, rest = url.partition("://")
    shown = rest.rpartition("@")[2].partition("?")[0]
    return f"{scheme}://{shown}" if divider else url
