"""Runs that send nothing: messages read from a broker, rows read from a table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from conformance.evidence import Run as Evidence
from conformance.http import Progress
from conformance.plan import SuiteInvalid
from conformance.plan.auth import resolve_secret
from contracts.documents import Document
from contracts.governance.sidecar import Sidecar
from registry.domain import Run

Checking = Callable[[Run, Document, Sidecar, Callable[[Progress], None], threading.Event], Evidence]
EVERY = 500
"""Messages between two reports of progress."""


def checking_of(document: Document) -> Checking | None:
    """How a document is checked that no request is generated from; None for the others."""
    data = document.data
    if not isinstance(data, Mapping):
        return None
    if "asyncapi" in data:
        return check_events
    return check_data if data.get("kind") == "DataContract" else None


def check_events(
    claimed: Run,
    document: Document,
    sidecar: Sidecar,
    hear: Callable[[Progress], None],
    cancelled: threading.Event,
) -> Evidence:
    """Messages of the contract's channels; settings last, seconds, checks, freshness.

    Raises:
        BrokerUnreachable: nobody answers there.
        SuiteInvalid: a setting is none.
    """
    from conformance.events import CHECKS, EventSuite, check
    from conformance.events.brokers import open_source, without_credentials
    from conformance.events.channels import Channels
    from conformance.events.source import Reading

    settings = claimed.settings
    reading = Reading(
        most=int(_number(settings, "last", 10_000, 1_000_000)),
        seconds=_number(settings, "seconds", 30, 600),
    )
    checks = tuple(settings.get("checks") or CHECKS)
    if unknown := [name for name in checks if name not in CHECKS]:
        raise SuiteInvalid(f"There is no check {unknown[0]!r}; known are {', '.join(CHECKS)}")
    promised = sidecar.effective_sla.freshness
    default = promised.total_seconds() if promised is not None else None
    suite = EventSuite(
        name=claimed.suite,
        checks=checks,
        freshness=_number(settings, "freshness", default, 1e9) if default or "freshness" in settings
        else None,
    )  # fmt: skip
    source = open_source(_signed_in(claimed))
    addresses = tuple(Channels([(document.name, document.data)]).by_address)

    def messages() -> Iterator[Any]:
        for number, message in enumerate(source.read(addresses, reading), 1):
            if cancelled.is_set():
                return
            if number % EVERY == 0:
                hear(Progress("messages", {"taken": number}))
            yield message

    found = check(
        suite,
        [document],
        messages(),
        source=without_credentials(claimed.url),
        contract=claimed.contract,
        environment=claimed.environment,
        system=claimed.system,
        system_version=claimed.system_version,
        run_id=claimed.id,
    )
    read = tuple(seen.sentence() for seen in reading.seen if seen.count)
    return replace(found, warnings=found.warnings + read)


def check_data(
    claimed: Run,
    document: Document,
    _sidecar: Sidecar,
    _hear: Callable[[Progress], None],
    _cancelled: threading.Event,
) -> Evidence:
    """Rows of one table; the setting ``table`` names it where the contract has several.

    Raises:
        InvalidContract: the contract declares no such table.
        TableUnreachable: the database does not answer, or has no such table.
    """
    from conformance.data import check_table, open_table
    from conformance.data.check import first_table
    from conformance.events.brokers import without_credentials

    name = str(claimed.settings.get("table") or first_table(document))
    with open_table(_signed_in(claimed), name) as opened:
        found = check_table(
            document,
            opened,
            source=without_credentials(claimed.url),
            contract=claimed.contract,
            environment=claimed.environment,
        )
    return replace(
        found,
        id=claimed.id,
        suite=claimed.suite,
        system=claimed.system,
        system_version=claimed.system_version,
    )


def _signed_in(claimed: Run) -> str:
    """The address with the credential of its endpoint: ``user:password`` behind the reference."""
    auth = claimed.settings.get("auth") or {}
    reference = auth.get("secret")
    if not reference:
        return claimed.url
    scheme, _, rest = claimed.url.partition("://")
    if scheme == "kafka":
        raise SuiteInvalid("Credentials of Kafka endpoints are not supported; leave auth empty")
    if urlsplit(claimed.url).username:
        raise SuiteInvalid("The endpoint names a user in its address and a credential; keep one")
    return f"{scheme}://{resolve_secret(reference)}@{rest}"


def _number(settings: Mapping[str, Any], name: str, default: float | None, most: float) -> float:
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise SuiteInvalid(f"{name} is {value!r}; it must be a number above 0, at most {most:g}")
    return float(value)
