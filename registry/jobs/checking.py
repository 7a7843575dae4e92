"""Runs that send nothing: messages read from a broker, rows read from a table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from conformance.evidence import Heading
from conformance.evidence import Run as Evidence
from conformance.http import Progress
from conformance.passive import Job, run
from conformance.plan.settings import number
from contracts.documents import Document
from contracts.governance.sidecar import Sidecar
from registry.domain import Run

DATA_SECONDS = 600.0
"""Seconds that reading a table may take where nothing else is said."""
MARGIN = 30.0
"""Seconds that checking may go on after the last message was read."""


def kind_of(document: Document) -> str | None:
    """How a document is checked that no request is generated from; None for the others."""
    data = document.data
    if not isinstance(data, Mapping):
        return None
    if "asyncapi" in data:
        return "events"
    return "data" if data.get("kind") == "DataContract" else None


def check_passively(
    kind: str,
    claimed: Run,
    document: Document,
    sidecar: Sidecar,
    hear: Callable[[Progress], None],
    cancelled: threading.Event,
    beside: Sequence[Document] = (),
) -> Evidence:
    """Read in a process of its own and give the evidence.

    Settings of events: last, seconds, checks, freshness (the sidecar's by default); of data:
    table, seconds. ``beside``: contracts that are read too, for what relates to them; only what
    goes against ``document`` counts.

    Raises:
        SuiteInvalid: a setting is none.
        SecretMissing: the credential of the endpoint is not there.
    """
    from conformance.events.brokers import signed_in, without_credentials
    from conformance.events.plan import EventSuite, reading_of

    settings = dict(claimed.settings)
    auth = settings.pop("auth", None) or {}
    if kind == "events":
        promised = sidecar.effective_sla.freshness
        if "freshness" not in settings and promised is not None:
            settings["freshness"] = promised.total_seconds()
        EventSuite.from_settings(claimed.suite, settings)
        budget = reading_of(settings).seconds + MARGIN
    else:
        budget = number(settings, "seconds", DATA_SECONDS, 86_400)
    heading = Heading(
        suite=claimed.suite,
        contract=claimed.contract,
        sha256=claimed.sha256,
        target=without_credentials(claimed.url),
        environment=claimed.environment,
        system=claimed.system,
        system_version=claimed.system_version,
        id=claimed.id,
    )
    job = Job(
        kind,
        heading,
        (document, *beside),
        signed_in(claimed.url, auth.get("secret")),
        settings,
        budget,
    )
    return run(job, hear, cancel=cancelled)
