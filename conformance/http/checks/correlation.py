"""The correlation id a caller sends comes back, so that both logs tell one story."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.answer import Answer
from conformance.http.operations import Parameter
from contracts.verdict import Place

NAMES = ("X-Correlation-Id", "X-Request-Id")


def correlation_id_echoed(answer: Answer) -> Iterator[Failure]:
    """A declared correlation header that was sent well-formed comes back unchanged."""
    if not answer.ordinary:
        return
    declared = answer.operation.response(answer.status)
    for name in NAMES:
        parameter = answer.operation.parameter(name)
        promised = declared is not None and name.lower() in declared.headers
        if parameter is None or not promised:
            continue
        sent = (answer.request.header(name) or "").strip()
        if not sent or not _well_formed(parameter, sent):
            continue
        came = (answer.response.header(name) or "").strip()
        if came == sent:
            continue
        what = f"another value ({came!r})" if came else "nothing"
        yield Failure(
            check="correlation_id_echoed",
            title="Correlation id not echoed",
            message=f"{name} {sent!r} was sent and {what} came back",
            operation=answer.operation.label,
            severity=Severity.MEDIUM,
            cause=cause_id("correlation_id_echoed", name, bool(came)),
            place=Place(declared.headers[name.lower()] if declared else parameter.pointer),
        )


def _well_formed(parameter: Parameter, value: str) -> bool:
    validator = _validator(json.dumps(parameter.schema, sort_keys=True, default=str))
    return bool(validator is None or validator.is_valid(value)) and value.isascii()


@lru_cache(maxsize=64)
def _validator(schema: str) -> Any:
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(
            json.loads(schema), validate_formats=True, offline=True
        )
    except ValueError:
        return None
