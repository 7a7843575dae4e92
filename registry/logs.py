"""Structured logs: one event per line, with the request it belongs to, and no secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import orjson
import structlog

from registry.settings import Settings

MARK = "ilk_"
SECRET = re.compile(rf"{MARK}[A-Za-z0-9_-]{{8,}}")
URL_PASSWORD = re.compile(r"://[^/\s@]+@")
PLAIN = re.compile(r"[\w./:@+*-]+")
HIDDEN = re.compile(r"(secret|password|token|authorization|cookie)$", re.IGNORECASE)


def configure(settings: Settings) -> None:
    """Set up structlog and the standard library's logging for this process."""
    level = getattr(logging, settings.log_level.upper())
    renderer: Any = as_json if settings.log_format == "json" else as_line
    if settings.log_format != "json" and sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
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
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for noisy in ("alembic", "huey", "httpx", "werkzeug"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out whatever is or looks like a credential."""
    for name, value in event.items():
        if _hidden(name):
            event[name] = "[redacted]"
        elif isinstance(value, str):
            event[name] = _cleaned(value)
    return event


def _cleaned(value: str) -> str:
    if MARK in value:
        value = SECRET.sub("ilk_[redacted]", value)
    return URL_PASSWORD.sub("://[redacted]@", value) if "@" in value else value


@lru_cache(maxsize=1024)
def _hidden(name: str) -> bool:
    return HIDDEN.search(name) is not None


def as_json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """One JSON object."""
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def as_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """Time, level, event, then ``name=value``; a trace of calls below it."""
    values = dict(event)
    first = [str(values.pop(name, "")) for name in ("timestamp", "level", "event")]
    trace = values.pop("exception", "")
    rest = (f"{name}={_quoted(str(value))}" for name, value in values.items())
    return " ".join((*first, *rest)) + (f"\n{trace}" if trace else "")


def _quoted(value: str) -> str:
    return value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
