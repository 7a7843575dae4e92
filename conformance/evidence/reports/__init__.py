"""A run as text, JSON, JUnit, Markdown, NDJSON, SARIF, HAR or HTML."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from conformance.evidence.run import Run

FORMATS = ("text", "json", "junit", "markdown", "ndjson", "sarif", "har", "html")
MEDIA_TYPES = {
    "text": "text/plain",
    "json": "application/json",
    "junit": "application/xml",
    "markdown": "text/markdown",
    "ndjson": "application/x-ndjson",
    "sarif": "application/sarif+json",
    "har": "application/json",
    "html": "text/html",
}
EXTENSIONS = {
    "text": "txt",
    "json": "json",
    "junit": "xml",
    "markdown": "md",
    "ndjson": "ndjson",
    "sarif": "sarif",
    "har": "har",
    "html": "html",
}
"""How a report's file name ends."""


def render(run: Run, format: str) -> str:
    """The run in one of :data:`FORMATS`, ending with a line break.

    Raises:
        KeyError: another format.
    """
    if format not in FORMATS:
        raise KeyError(format)
    module = import_module(f"conformance.evidence.reports.{format}")
    rendered: Callable[[Run], str] = module.render
    return rendered(run)
