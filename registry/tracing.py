"""OpenTelemetry traces of requests, SQL statements and jobs; off unless ``otlp`` names a collector.

Spans carry routes, statements with place-holders and ids: never values, queries of addresses,
credentials or documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

from registry.errors import Invalid, Unavailable
from registry.observing import Seen
from registry.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from opentelemetry.sdk.trace import TracerProvider

DELAY_MS = 1000
"""How long a span waits for others to be sent along."""
LONGEST_STATEMENT = 2000
CONTEXT = {"traceparent": "HTTP_TRACEPARENT", "tracestate": "HTTP_TRACESTATE"}
"""Headers of W3C Trace Context, as WSGI names them."""
_OPEN = "interlock_span"


class Tracing:
    """Makes spans and sends them to a collector over OTLP/HTTP."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("interlock")

    @contextmanager
    def request(self, environ: WSGIEnvironment, noted: Seen) -> Iterator[str]:
        """A span around a request, below the caller's own if a ``traceparent`` names it; gives
        the id of the trace."""
        from opentelemetry.trace import SpanKind, Status, StatusCode, format_trace_id
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        given = {
            name: environ[key]
            for name, key in (
                ("traceparent", "HTTP_TRACEPARENT"),
                ("tracestate", "HTTP_TRACESTATE"),
            )
            if key in environ
        }
        above = TraceContextTextMapPropagator().extract(given)
        method = environ["REQUEST_METHOD"]
        with self._tracer.start_as_current_span(method, above, SpanKind.SERVER) as span:
            try:
                yield format_trace_id(span.get_span_context().trace_id)
            finally:
                span.update_name(f"{method} {noted.route}")
                span.set_attributes(
                    {
                        "http.request.method": method,
                        "http.route": noted.route,
                        "http.response.status_code": noted.status,
                        "interlock.request_id": noted.request_id,
                        "interlock.caller": noted.caller,
                    }
                )
                if noted.status >= 500:
                    span.set_status(Status(StatusCode.ERROR))

    @contextmanager
    def job(self, name: str, **attributes: str) -> Iterator[None]:
        """A span around a piece of work in the background."""
        named = {f"interlock.{key}": value for key, value in attributes.items()}
        with self._tracer.start_as_current_span(f"job {name}", attributes=named):
            yield

    def watch(self, engine: Engine) -> None:
        """A span for each statement that is sent as part of a request or job."""
        from opentelemetry.trace import SpanKind, Status, StatusCode, get_current_span

        system = engine.dialect.name

        def before(
            _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
        ) -> None:
            if context is None or not get_current_span().get_span_context().is_valid:
                return
            span = self._tracer.start_span(
                statement.split(None, 1)[0].upper(),
                kind=SpanKind.CLIENT,
                attributes={
                    "db.system.name": system,
                    "db.query.text": statement[:LONGEST_STATEMENT],
                },
            )
            setattr(context, _OPEN, span)

        def after(
            _connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool
        ) -> None:
            span = getattr(context, _OPEN, None)
            if span is not None:
                span.end()

        def failed(failure: Any) -> None:
            span = getattr(failure.execution_context, _OPEN, None)
            if span is not None:
                span.set_status(Status(StatusCode.ERROR, type(failure.original_exception).__name__))
                span.end()

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        event.listen(engine, "handle_error", failed)

    def end(self) -> None:
        """Send what waits, and stop."""
        self._provider.shutdown()


def open_tracing(settings: Settings, service: str) -> Tracing | None:
    """Tracing as the settings want it; None: off.

    Raises:
        Unavailable: it is wanted, and OpenTelemetry is not installed.
        Invalid: the headers cannot be read.
    """
    if not settings.otlp:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise Unavailable(
            "otlp is set, but OpenTelemetry is not installed: pip install 'interlock[tracing]'"
        ) from None
    exporter = OTLPSpanExporter(
        endpoint=settings.otlp.rstrip("/") + "/v1/traces",
        headers=_headers(settings.otlp_headers.get_secret_value()),
        timeout=5,
    )
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=DELAY_MS))
    return Tracing(provider)


def _headers(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if not all(name.strip() and found for name, found, _ in pairs):
        raise Invalid("otlp_headers", "is not name=value, separated by commas")
    return {name.strip(): value.strip() for name, _, value in pairs}
