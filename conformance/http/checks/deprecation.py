"""A deprecated operation says so on the wire (RFC 9745), and when it ends (RFC 8594)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.answer import Answer
from contracts.verdict import Place


def deprecation_announced(answer: Answer) -> Iterator[Failure]:
    """Deprecated operations answer with ``Deprecation: @<unix>``; Sunset never comes before it."""
    if not answer.ordinary or answer.status >= 400:
        return
    deprecation = answer.response.header("Deprecation")
    sunset = answer.response.header("Sunset")
    fault = None
    if answer.operation.deprecated and deprecation is None:
        fault = "The operation is deprecated and its answer carries no Deprecation header"
    elif deprecation is not None and not re.fullmatch(r"@-?\d+", deprecation.strip()):
        fault = f"Deprecation is {deprecation!r}; RFC 9745 §2.1 wants @<unix time>"
    elif sunset is not None:
        fault = _sunset_fault(deprecation, sunset)
    if fault:
        yield Failure(
            check="deprecation_announced",
            title="Deprecation not announced as the standards say",
            message=fault,
            operation=answer.operation.label,
            severity=Severity.LOW,
            cause=cause_id("deprecation_announced", answer.operation.label),
            place=Place(answer.operation.pointer),
        )


def _sunset_fault(deprecation: str | None, sunset: str) -> str | None:
    try:
        end = parsedate_to_datetime(sunset)
    except ValueError:
        return f"Sunset is {sunset!r}; RFC 8594 §3 wants an HTTP-date"
    if deprecation is None:
        return None
    start = datetime.fromtimestamp(int(deprecation.strip()[1:]), UTC)
    if (end if end.tzinfo else end.replace(tzinfo=UTC)) < start:
        return "Sunset is earlier than Deprecation (RFC 9745 §4)"
    return None
