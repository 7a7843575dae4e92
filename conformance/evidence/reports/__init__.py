"""A run as text, JSON, JUnit, Markdown, NDJSON, SARIF or HTML."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from conformance.evidence.run import Run

FORMATS = ("text", "json", "junit", "markdown", "ndjson", "sarif", "html")


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
