"""Traces arrive at a collector over OTLP/HTTP: requests, their statements, jobs; no secrets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from registry.app import create_app
from registry.domain import SYSTEM, Role
from registry.errors import Invalid
from registry.jobs.queue import open_queue
from registry.runtime import Runtime
from registry.services.create_token import CreateToken, create_token
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from registry.tracing import open_tracing
from tests.integration.story import openapi, publish, tell

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector:
    """Takes spans as an OpenTelemetry collector does."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Any]] = []
        """(service, span)."""
        self.headers: list[Any] = []
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.path == "/v1/traces"
                collector.take(body, self.headers)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, body: bytes, headers: Any) -> None:
        if headers.get("Content-Encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        self.raw += body
        self.headers.append(headers)
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            named = {a.key: a.value.string_value for a in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [(named["service.name"], span) for span in scope.spans]

    def named(self, name: str) -> list[Any]:
        return [span for _, span in self.spans if span.name == name]


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join(10)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, collector: Collector) -> Settings:
    return Settings(
        data=tmp_path,
        database=database_url,
        otlp=collector.url,
        otlp_headers="x-tenant=shop",
        log_level="error",
    )


def attributes(span: Any) -> dict[str, Any]:
    return {
        a.key: a.value.string_value or a.value.int_value or a.value.bool_value
        for a in span.attributes
    }


def sent(client: FlaskClient) -> None:
    """Have everything that waits sent."""
    client.application.extensions["interlock-tracing"].end()


def test_a_request_and_its_statements(
    settings: Settings, uow: SqlUnitOfWork, collector: Collector
) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    secret = create_token(CreateToken("ci", frozenset({Role.VIEWER})), uow, SYSTEM).secret
    queue = open_queue(settings)
    client = create_app(settings, Runtime(settings, uow, queue)).test_client()
    bearer = {"Authorization": f"Bearer {secret}"}
    above = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-Id": "build-4711"}
    client.get("/api/v1/contracts/orders.order?text=hidden-word", headers=bearer | above)
    client.get("/api/v1/contracts/orders.order/versions/1.0.0/document")
    client.get("/sign-in?token=ilk_abcdefghijklmnop")
    sent(client)
    queue.huey.storage.close()
    [request] = collector.named("GET /api/v1/contracts/<name>")
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, PARENT)
    told = attributes(request)
    assert told["http.response.status_code"] == 200
    assert told["interlock.request_id"] == "build-4711"
    assert told["interlock.caller"] == "token:ci"
    statements = [s for s in collector.named("SELECT") if s.parent_span_id == request.span_id]
    assert len(statements) >= 5
    dialect = uow.engine.dialect.name
    assert {attributes(s)["db.system.name"] for s in statements} == {dialect}
    assert all(attributes(s)["db.query.text"].startswith("SELECT") for s in statements)
    [document] = collector.named("GET /api/v1/contracts/<name>/versions/<label>/document")
    assert [s for s in collector.named("SELECT") if s.parent_span_id == document.span_id]
    assert {service for service, _ in collector.spans} == {"interlock"}
    assert collector.headers[0]["x-tenant"] == "shop"
    for word in (secret, "ilk_", "hidden-word", "x-tenant"):
        assert word.encode() not in collector.raw, word


def test_a_job(settings: Settings, uow: SqlUnitOfWork, collector: Collector) -> None:
    del uow  # its database is at the newest revision
    queue = open_queue(settings)
    queue.tasks.deliver.call_local()
    queue.tasks.carry_out.call_local("run_none")
    work = queue.tasks._work()
    work.tracing.end()
    work._uow.engine.dispose()
    queue.huey.storage.close()
    [deliver] = collector.named("job deliver")
    assert [s for _, s in collector.spans if s.parent_span_id == deliver.span_id]
    [run] = collector.named("job carry_out_run")
    assert attributes(run)["interlock.run"] == "run_none"
    assert {service for service, _ in collector.spans} == {"interlock-worker"}


def test_it_is_off_unless_a_collector_is_named(tmp_path: Path) -> None:
    assert open_tracing(Settings(data=tmp_path), "interlock") is None
    with pytest.raises(Invalid, match="name=value"):
        open_tracing(Settings(data=tmp_path, otlp="http://h", otlp_headers="secret"), "x")
    with pytest.raises(Invalid, match="http:// or https://"):
        Settings.load({"otlp": "collector:4318"}, environ={})


def test_an_absent_collector_hinders_nobody(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, otlp="http://127.0.0.1:9", log_level="error")
    queue = open_queue(settings)
    client = create_app(settings, Runtime(settings, uow, queue)).test_client()
    assert client.get("/api/v1/contracts").status_code == 200
    queue.huey.storage.close()
