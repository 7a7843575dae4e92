"""Where a run goes: an endpoint of its environment that speaks what the contract is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import Endpoint, Environment, Kind
from registry.errors import Invalid, NotFound

SPEAKS = {
    Kind.EVENT: (
        "broker",
        frozenset({"nats", "kafka", "kafkas", "amqp", "amqps", "mqtt", "mqtts"}),
    ),
    Kind.DATA_PRODUCT: ("database", frozenset({"postgresql", "postgres", "sqlite", "parquet"})),
}
"""Kinds of contract that are not called over HTTP: where their data is, and its schemes."""


@dataclass(frozen=True, slots=True)
class Target:
    """The system that is judged, and the address where that is done."""

    system: str
    url: str
    auth: str


def target(
    kind: Kind,
    systems: Sequence[str],
    environment: Environment,
    endpoints: Sequence[Endpoint],
    url: str | None,
) -> Target:
    """Where a run goes, with every placeholder filled in.

    An HTTP endpoint is that of one of ``systems``, the first that has one. A broker or a database
    may be shared, so another system's serves where they have none of their own.

    Raises:
        NotFound: the environment has no such endpoint.
        Invalid: ``url`` is none of them, or must say which of several.
    """
    what, schemes = SPEAKS.get(kind, ("endpoint", None))
    own = [
        e
        for system in systems
        for e in endpoints
        if e.system == system and (schemes is None or _scheme(e) in schemes)
    ]
    fitting = own or [e for e in endpoints if schemes is not None and _scheme(e) in schemes]
    if not fitting:
        raise NotFound(
            f"no {what} of {' or '.join(systems)} is registered in {environment.id}; "
            "add it to the estate"
        )
    if url is None and len(fitting) > 1 and not own:
        raise Invalid("url", f"say which {what}: {', '.join(e.url for e in fitting)}")
    first = fitting[0]
    chosen = next((e for e in fitting if url is not None and matches(e.url, url)), first)
    if url is not None and not matches(chosen.url, url):
        raise Invalid(
            "url",
            f"{url!r} is not the registered {what} of {chosen.system} in {environment.id} "
            f"({chosen.url}); traffic may not leave the environment's list",
        )
    if url is None and "{" in chosen.url:
        raise Invalid("url", f"fill in {chosen.url}; its port or host is decided at start")
    system = chosen.system if chosen.system in systems else systems[0]
    return Target(system, url or chosen.url, chosen.auth)


def _scheme(endpoint: Endpoint) -> str:
    return endpoint.url.partition("://")[0]


def matches(pattern: str, url: str) -> bool:
    """Whether ``url`` is the endpoint ``pattern`` with its ``{placeholders}`` filled in."""
    parts = re.split(r"\{[A-Za-z_][A-Za-z0-9_]*\}", pattern.rstrip("/"))
    return re.fullmatch("[A-Za-z0-9.-]+".join(map(re.escape, parts)) + "/?", url) is not None
