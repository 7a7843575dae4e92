"""Schemathesis's findings in the words of Interlock, each with its place in the contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemathesis.core.failures import AcceptedNegativeData, MalformedJson, ServerError
from schemathesis.core.failures import Failure as Finding
from schemathesis.generation.meta import CONTENT_TYPE_PROBES
from schemathesis.openapi import checks as found

from conformance.evidence import Failure, RecordedRequest, RecordedResponse, Severity, cause_id
from conformance.http.operations import Operation, at, escape, follow, walk
from contracts.verdict import Json, Place

if TYPE_CHECKING:
    from schemathesis.engine.recorder import Interaction
    from schemathesis.generation.case import Case

BODY_KEPT = 20_000
"""Characters of a body that are kept as evidence."""


def is_ordinary(case: Case[Any]) -> bool:
    """False for a request made wrong on purpose: undeclared method, undeclared media type."""
    if case.method.upper() != case.operation.method.upper():
        return False
    scenario = getattr(case.meta.phase.data, "scenario", None) if case.meta else None
    return scenario not in CONTENT_TYPE_PROBES


def is_positive(case: Case[Any]) -> bool:
    """Whether every part of the request was meant to be valid."""
    return bool(case.meta and case.meta.generation.mode.is_positive)


def recorded(interaction: Interaction) -> tuple[RecordedRequest, RecordedResponse | None]:
    """The wire, as plain values."""
    request = interaction.request
    body = request.body.decode("utf-8", "replace")[:BODY_KEPT] if request.body else None
    sent = RecordedRequest(
        method=request.method.upper(),
        url=request.uri,
        headers=tuple((n, str(v[0])) for n, v in request.headers.items()),
        body=body,
    )
    response = interaction.response
    if response is None:
        return sent, None
    return sent, RecordedResponse(
        status=response.status_code,
        headers=tuple((n, v) for n, vs in response.headers.items() for v in vs),
        body=(response.content or b"").decode("utf-8", "replace")[:BODY_KEPT],
        elapsed=response.elapsed,
    )


def translate(
    check: str,
    finding: Finding,
    case: Case[Any],
    operation: Operation,
    document: Json,
    response: RecordedResponse | None,
) -> Failure:
    """A failure with its cause and the pointer of the promise it broke."""
    pointer, extra = _locate(finding, case, operation, document, response)
    kind = _cause_kind(check, finding, case, response)
    rejected = isinstance(finding, found.RejectedPositiveData)  # one answer, one cause
    return Failure(
        check=check,
        title=finding.title,
        message=_message(finding),
        operation=operation.label,
        severity=Severity(finding.severity.value),
        cause=cause_id(kind, operation.pointer if rejected else pointer, extra),
        place=Place(pointer),
        phase=case.meta.phase.name.value if case.meta else None,
    )


def _cause_kind(
    check: str, finding: Finding, case: Case[Any], response: RecordedResponse | None
) -> str:
    """Checks that see the same fault from two sides share a cause."""
    scenario = str(getattr(case.meta.phase.data, "scenario", "")) if case.meta else ""
    if isinstance(finding, found.MissingHeaderNotRejected):
        return "missing-header"
    if isinstance(finding, AcceptedNegativeData) and scenario == "missing_parameter":
        return "missing-header"
    if isinstance(finding, found.UndefinedContentType | found.MissingContentType):
        return "content-type"
    if response is not None and response.status >= 500:
        return "server-error"
    return check


def _message(finding: Finding) -> str:
    text = finding.message.strip()
    if isinstance(finding, ServerError):
        text = text or f"The answer was {finding.status_code}"
    return text[:4000]


def _locate(
    finding: Finding,
    case: Case[Any],
    operation: Operation,
    document: Json,
    response: RecordedResponse | None,
) -> tuple[str, object]:
    """The broken promise's pointer and what else tells its cause apart."""
    declared = operation.response(response.status) if response else None
    status = response.status if response else 0
    where, extra = operation.pointer, ""
    if isinstance(finding, found.JsonSchemaError):
        where = _schema_pointer(finding, operation, document, response)
    elif status >= 500 and not isinstance(finding, found.UnsupportedMethodResponse):
        extra = f"{status} {_signature(response)}"
    elif isinstance(finding, found.UndefinedStatusCode):
        where, extra = f"{operation.pointer}/responses", str(status)
    elif isinstance(finding, found.MissingHeaders) and declared is not None:
        missing = [h for h in declared.headers if response and response.header(h) is None]
        where, extra = (declared.headers[missing[0]] if missing else declared.pointer), ""
    elif isinstance(finding, found.UndefinedContentType | found.MissingContentType | MalformedJson):
        where = declared.pointer if declared else f"{operation.pointer}/responses"
    elif isinstance(finding, found.MissingHeaderNotRejected):
        parameter = operation.parameter(finding.header_name)
        where = parameter.pointer if parameter else operation.pointer
    elif isinstance(finding, found.UnsupportedMethodResponse):
        where, extra = "/paths", f"{case.method} {finding.failure_reason}"
    elif isinstance(finding, found.IgnoredAuth):
        where = (
            "/security"
            if "security" not in at(document, operation.pointer)
            else (f"{operation.pointer}/security")
        )
    elif isinstance(finding, found.RejectedPositiveData):
        extra = f"{status} {_signature(response)}"
        where = _mutated_pointer(case, operation, document) or operation.pointer
    elif isinstance(finding, AcceptedNegativeData):
        where = _mutated_pointer(case, operation, document) or operation.body or operation.pointer
    return where, extra


def _signature(response: RecordedResponse | None) -> str:
    """What an error answer says, without the parts that change from request to request."""
    body = (response.body or "") if response else ""
    detail = re.search(r'"(?:title|type|code)"\s*:\s*"([^"]{0,200})"', body)
    return re.sub(r"[0-9a-f]{6,}|\d+", "#", detail[1] if detail else body[:120])


def _schema_pointer(
    finding: found.JsonSchemaError,
    operation: Operation,
    document: Json,
    response: RecordedResponse | None,
) -> str:
    path = [str(token) for token in finding.schema_path]
    names: dict[str, str] = finding._name_to_uri or {}
    if len(path) >= 2 and path[0] == "x-bundled":
        uri = names.get(path[1], "")
        base = uri.partition("#")[2] if "#" in uri else ""
        if base:
            return walk(document, base, path[2:])
    declared = operation.response(response.status) if response else None
    if declared is None or response is None:
        return f"{operation.pointer}/responses"
    media = (response.header("content-type") or "").partition(";")[0].strip().lower()
    start = declared.content.get(media) or next(iter(declared.content.values()), declared.pointer)
    return walk(document, start, path)


def _mutated_pointer(case: Case[Any], operation: Operation, document: Json) -> str | None:
    """The declaration of the parameter, or of the part of the body, that was varied."""
    data: Any = case.meta.phase.data if case.meta else None
    where = getattr(data, "parameter_location", None)
    if where is None:
        return None
    kind = str(getattr(where, "value", where)).lower()
    if kind != "body":
        parameter = operation.parameter(str(data.parameter or ""), kind.removesuffix("s"))
        return parameter.pointer if parameter else None
    content, place = follow(document, f"{operation.body}/content") if operation.body else (None, "")
    media = next(iter(content), None) if isinstance(content, dict) else None
    if media is None:
        return operation.body
    start = f"{place}/{escape(media)}/schema"
    location = str(getattr(data, "location", None) or "")
    return walk(document, start, [t for t in location.split("/") if t])
