"""A Report as text, json, markdown, sarif, junit, github, gitlab or html."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from contracts.verdict import Report

FORMATS = ("text", "json", "markdown", "sarif", "junit", "github", "gitlab", "html")
"""Every format :func:`render` knows, the terminal's first."""

EXTENSIONS = {
    "text": "txt",
    "json": "json",
    "markdown": "md",
    "sarif": "sarif",
    "junit": "xml",
    "github": "txt",
    "gitlab": "json",
    "html": "html",
}
"""The file name extension usual for each format."""


def render(report: Report, format: str, *, color: bool = False, width: int = 80) -> str:
    """The report in one of :data:`FORMATS`, ending in a newline; any hostile text neutralised.

    ``color`` and ``width`` (columns, at least 40) matter to ``text`` only.

    Raises:
        ValueError: the format is not one of :data:`FORMATS`.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown report format {format!r}: use one of {', '.join(FORMATS)}")
    if format == "text":
        from contracts.reports.text import render_text

        return render_text(report, color=color, width=width)
    renderer: Callable[[Report], str] = import_module(f"contracts.reports.{format}").render
    return renderer(report)
