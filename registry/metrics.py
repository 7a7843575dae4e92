"""``/metrics`` for Prometheus: what this process served, and what the registry holds.

Every worker process answers with its own request counters (label ``process``); what is counted
from the database is the same whoever answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from registry.errors import Forbidden
from registry.observing import Measure, Seen
from registry.security.requests import caller, settings
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Holdings(Collector):
    """Counts from the database, one query per scrape and kind."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def describe(self) -> Iterable[Metric]:
        """Nothing: the database is not asked before the first scrape."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Contracts, versions, runs by status, events and deliveries by state."""
        with self._uow.read() as store:
            counts = store.counts()
        for kind, values in counts.items():
            family = GaugeMetricFamily(
                f"interlock_{kind}", f"{kind.capitalize()} in the registry.", labels=["state"]
            )
            for state, count in values.items():
                family.add_metric([state], count)
            yield family


def install_metrics(app: Flask, uow: UnitOfWork) -> Measure:
    """Serve ``/metrics``; gives what takes down each request."""
    registry = CollectorRegistry()
    registry.register(Holdings(uow))
    latency = Histogram(
        "interlock_http_request_seconds",
        "Time to answer.",
        ["process", "method", "route", "status"],
        buckets=BUCKETS,
        registry=registry,
    )
    process = str(os.getpid())

    def measure(method: str, noted: Seen, seconds: float) -> None:
        latency.labels(process, method, noted.route, str(noted.status)).observe(seconds)

    @app.get("/metrics")
    def metrics() -> ResponseReturnValue:
        """The metrics as text; where reading takes a login, with the token of whoever may read."""
        if not settings().public_read:
            authorize(caller(), Action.READ)
            if caller().is_partner:
                raise Forbidden("the metrics count what is not shared with you")
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return measure
