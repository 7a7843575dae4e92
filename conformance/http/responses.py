"""Whether an answer follows its contract, and what it holds that the contract does not mention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from conformance.evidence import Failure, Severity, cause_id
from conformance.http.answer import Answer
from conformance.http.operations import DeclaredResponse, Operation, at, escape, follow
from contracts.verdict import Json, Place

_SHOWN = 5
_DEEP = 12


class ResponseRules:
    """What the operations of one document promise; validators are compiled when first used."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._validators: dict[str, Any] = {}

    def failures(self, answer: Answer) -> Iterator[Failure]:
        """Every promise the answer breaks, and every field nobody declared."""
        operation = answer.operation
        declared = operation.response(answer.status)
        if declared is None:
            where = f"{operation.pointer}/responses"
            known = ", ".join(operation.responses)
            text = f"The answer was {answer.status}; declared are {known}"
            yield _failure(
                "status_code_conformance", operation, text, where, str(answer.status),
                title="Undocumented status code",
            )  # fmt: skip
            return
        yield from self._headers(answer, declared)
        if not declared.content or answer.request.method == "HEAD":
            return
        schema = declared.content.get(answer.media_type)
        if schema is None:
            text = (
                f"{answer.media_type or 'nothing'} came; declared are {', '.join(declared.content)}"
            )
            yield _failure(
                "content_type_conformance", operation, text, declared.pointer, answer.media_type,
                title="Undocumented media type",
            )  # fmt: skip
        elif answer.media_type.endswith("json") and at(self._document, schema) is not None:
            yield from self._body(answer, schema)

    def _headers(self, answer: Answer, declared: DeclaredResponse) -> Iterator[Failure]:
        for name, pointer in declared.headers.items():
            header = at(self._document, pointer)
            required = isinstance(header, Mapping) and header.get("required")
            if required and answer.response.header(name) is None:
                text = f"The header {name} is missing from a {answer.status} answer"
                yield _failure(
                    "response_headers_conformance", answer.operation, text, pointer, "",
                    title="Missing required response header",
                )  # fmt: skip

    def _body(self, answer: Answer, schema: str) -> Iterator[Failure]:
        body = answer.json()
        errors = self._validator(schema).iter_errors(body)
        for error, _ in zip(errors, range(_SHOWN), strict=False):
            path = "/" + "/".join(map(str, error.instance_path)) if error.instance_path else "body"
            keyword = "/".join(map(str, error.schema_path))
            yield _failure(
                "response_schema_conformance", answer.operation, f"{path}: {error.message}"[:500],
                follow(self._document, schema)[1], keyword,
                title="Response violates schema", severity=Severity.HIGH,
            )  # fmt: skip
        for pointer, name in undeclared(self._document, schema, body, _DEEP):
            yield _failure(
                "undocumented_field", answer.operation, f"The field {name!r} is not declared",
                pointer, name, title="Undocumented field", severity=Severity.LOW,
            )  # fmt: skip

    def _validator(self, pointer: str) -> Any:
        found = self._validators.get(pointer)
        if found is None:
            schema = {**self._document, "$ref": "#" + quote(pointer, safe="/~")}
            found = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
            self._validators[pointer] = found
        return found


def undeclared(document: Json, pointer: str, value: Json, depth: int) -> Iterator[tuple[str, str]]:
    """Members no schema names: (pointer of the schema, name). Alternatives are left alone."""
    schema, place = follow(document, pointer)
    if not isinstance(schema, Mapping) or depth == 0:
        return
    if any(word in schema for word in ("oneOf", "anyOf", "if", "patternProperties")):
        return
    if isinstance(value, list):
        for item in value[:50]:
            yield from undeclared(document, f"{place}/items", item, depth - 1)
        return
    if not isinstance(value, Mapping):
        return
    names = dict(_declared(document, place, depth))
    if not names or isinstance(schema.get("additionalProperties"), Mapping):
        return
    for name, member in value.items():
        if name in names:
            yield from undeclared(document, names[name], member, depth - 1)
        elif schema.get("additionalProperties") is not False:
            yield place, name


def _declared(document: Json, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    schema, place = follow(document, pointer)
    if not isinstance(schema, Mapping) or depth == 0:
        return
    properties = schema.get("properties")
    for name in properties if isinstance(properties, Mapping) else ():
        yield str(name), f"{place}/properties/{escape(str(name))}"
    parts = schema.get("allOf")
    for index in range(len(parts) if isinstance(parts, list) else 0):
        yield from _declared(document, f"{place}/allOf/{index}", depth - 1)


def _failure(
    check: str,
    operation: Operation,
    message: str,
    pointer: str,
    extra: str,
    *,
    title: str,
    severity: Severity = Severity.MEDIUM,
) -> Failure:
    return Failure(
        check=check,
        title=title,
        message=message,
        operation=operation.label,
        severity=severity,
        cause=cause_id(check, pointer, extra),
        place=Place(pointer),
    )
