"""Structured logs: one event per line, with the request it belongs to, and no secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from registry.settings import Settings

SECRET = re.compile(r"ilk_[A-Za-z0-9_-]{8,}")
HIDDEN = re.compile(r"(secret|password|token|authorization|cookie)$", re.IGNORECASE)


def configure(settings: Settings) -> None:
    """Set up structlog and the standard library's logging for this process."""
    level = getattr(logging, settings.log_level.upper())
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for noisy in ("alembic", "huey", "httpx", "werkzeug"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out whatever is or looks like a credential."""
    for name, value in event.items():
        if HIDDEN.search(name):
            event[name] = "[redacted]"
        elif isinstance(value, str):
            event[name] = SECRET.sub("ilk_[redacted]", value)
    return event
