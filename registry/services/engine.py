"""The engine as the use cases call it, loaded when first asked."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from contracts.documents import Document
from contracts.governance.expectations import Expectation
from contracts.verdict import Mode, Report


def compare(
    old: Document,
    new: Document,
    *,
    mode: Mode | None,
    format_: str,
    consumers: tuple[Expectation, ...],
) -> Report:
    """``contracts.compare``."""
    report: Report = import_module("contracts").compare(
        old, new, mode=mode, format=format_, consumers=consumers
    )
    return report


def detect(document: Document) -> str:
    """``contracts.formats.detect``."""
    found: str = import_module("contracts.formats").detect(document)
    return found


def read(document: Document, format_: str) -> Any:
    """``contracts.formats.read``."""
    return import_module("contracts.formats").read(document, format_)
