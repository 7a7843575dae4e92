"""The engine as the use cases call it: one place to follow when its interface moves."""

from __future__ import annotations

from datetime import date

import contracts
from contracts.compatibility.promises import compare_promises, with_promises
from contracts.documents import Document
from contracts.formats import Contract, read
from contracts.formats import detect as detect_format
from contracts.governance.expectations import Expectation
from contracts.governance.pact import looks_like_pact
from contracts.verdict import Mode, Report

__all__ = ["Contract", "compare", "compare_promises", "detect", "read", "with_promises"]


def detect(document: Document) -> str:
    """The format of a document; ``pact`` for a consumer contract.

    Raises:
        contracts.errors.UnsupportedFormat: it is none.
    """
    return "pact" if looks_like_pact(document.data) else detect_format(document)


def compare(
    old: Document,
    new: Document,
    *,
    mode: Mode | None,
    format_: str,
    consumers: tuple[Expectation, ...],
    today: date,
) -> Report:
    """May those who know ``old`` live with ``new``, on that day?"""
    return contracts.compare(old, new, mode=mode, format=format_, consumers=consumers, today=today)
