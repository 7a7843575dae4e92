"""Whether a request follows its contract, by our own reading of the document.

A generator's claim "this was valid" or "this was invalid" is held against this before a system is
blamed for its answer; the reference services read their requests with it too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import jsonschema_rs

from conformance.evidence import RecordedRequest
from conformance.http.operations import Operation, Parameter, follow, walk
from contracts.verdict import Json

Fault = tuple[str, str]
"""Where (a parameter's name or a pointer into the body) and what is wrong there."""


class NotJson(ValueError):
    """A body that is not JSON as RFC 8259 has it."""


class RequestRules:
    """What one operation asks of a request; every validator is compiled once, when first used."""

    def __init__(self, operation: Operation, document: Mapping[str, Json]) -> None:
        self.operation = operation
        self._document = document
        self._validators: dict[str, Any] = {}
        self._kinds = {p.pointer: _kind(document, p.schema) for p in operation.parameters}
        body, place = follow(document, operation.body) if operation.body else (None, "")
        self.body_required = bool(isinstance(body, Mapping) and body.get("required"))
        content = body.get("content") if isinstance(body, Mapping) else None
        self.media_types: dict[str, str] = {
            str(media).lower(): f"{place}/content/{str(media).replace('/', '~1')}/schema"
            for media in (content if isinstance(content, Mapping) else ())
        }

    def parameters(
        self,
        path: Mapping[str, str],
        query: Mapping[str, list[str]],
        headers: Mapping[str, str],
        forgiven: frozenset[str] = frozenset(),
    ) -> tuple[dict[str, Json], list[Fault]]:
        """Query parameters as values, and every fault; unknown parameters are left alone.

        ``headers`` have lower-case names; absent ``forgiven`` headers are no fault.
        """
        values: dict[str, Json] = {}
        faults: list[Fault] = []
        for parameter in self.operation.parameters:
            given = _given(parameter, path, query, headers)
            if given is None:
                if parameter.required and parameter.name.lower() not in forgiven:
                    faults.append((parameter.name, "is missing"))
                continue
            value, fault = self._read(parameter, given)
            if fault:
                faults.append((parameter.name, fault))
            elif parameter.location == "query":
                values[parameter.name] = value
        return values, faults

    def body(self, value: Json, media_type: str) -> list[Fault]:
        """Every place where a parsed body breaks its schema, 20 at most."""
        errors = self._validator(self.media_types[media_type]).iter_errors(value)
        return [
            ("/" + "/".join(map(str, e.instance_path)) if e.instance_path else "", e.message)
            for e, _ in zip(errors, range(20), strict=False)
        ]

    def faults(self, request: RecordedRequest) -> list[Fault]:
        """Everything wrong with a recorded request."""
        url = urlsplit(request.url)
        path = path_values(self.operation.path, url.path)
        if path is None:
            return [("path", "is not the operation's")]
        query = parse_qs(url.query, keep_blank_values=True)
        headers = {n.lower(): v for n, v in request.headers}
        faults = self.parameters(path, query, headers)[1]
        if not self.media_types:
            return faults
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.body is None:
            return faults + ([("", "is missing")] if self.body_required else [])
        if media not in self.media_types:
            return [*faults, ("Content-Type", f"{media or 'nothing'} is not declared")]
        try:
            return faults + self.body(parse_json(request.body), media)
        except NotJson as error:
            return [*faults, ("", str(error))]

    def given(self, request: RecordedRequest) -> dict[str, list[str]]:
        """What a recorded request gives for the declared parameters, by their names."""
        url = urlsplit(request.url)
        path = path_values(self.operation.path, url.path) or {}
        query = parse_qs(url.query, keep_blank_values=True)
        headers = {n.lower(): v for n, v in request.headers}
        found = {p.name: _given(p, path, query, headers) for p in self.operation.parameters}
        return {name: values for name, values in found.items() if values is not None}

    def violations(self, request: RecordedRequest) -> Iterator[str]:
        """Pointers of the constraints that a recorded request breaks."""
        given = self.given(request)
        for parameter in self.operation.parameters:
            values = given.get(parameter.name)
            if values is None:
                if parameter.required:
                    yield f"{parameter.pointer}/required"
                continue
            yield from self._broken(parameter, values)
        media = (request.header("content-type") or "").partition(";")[0].strip().lower()
        if request.body is None or media not in self.media_types:
            return
        try:
            body = parse_json(request.body)
        except NotJson:
            return
        start = self.media_types[media]
        errors = self._validator(start).iter_errors(body)
        for error, _ in zip(errors, range(20), strict=False):
            yield walk(self._document, "", [str(t) for t in error.schema_path])

    def _broken(self, parameter: Parameter, values: list[str]) -> Iterator[str]:
        start = f"{parameter.pointer}/schema"
        kind = self._kinds[parameter.pointer]
        try:
            value: Json = list(values) if kind == "array" else _convert(values[0], kind)
        except ValueError:
            yield walk(self._document, start, ["type"])
            return
        for error, _ in zip(self._validator(start).iter_errors(value), range(5), strict=False):
            yield walk(self._document, "", [str(t) for t in error.schema_path])

    def _read(self, parameter: Parameter, given: list[str]) -> tuple[Json, str | None]:
        kind = self._kinds[parameter.pointer]
        if kind != "array" and len(given) > 1:
            return None, "is given more than once"
        try:
            value: Json = list(given) if kind == "array" else _convert(given[0], kind)
        except ValueError:
            return None, f"{given[0]!r} is not of type {kind}"
        errors = self._validator(f"{parameter.pointer}/schema").iter_errors(value)
        error = next(iter(errors), None)
        return value, error.message if error else None

    def _validator(self, pointer: str) -> Any:
        found = self._validators.get(pointer)
        if found is None:
            schema = {**self._document, "$ref": "#" + quote(pointer, safe="/~")}
            found = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
            self._validators[pointer] = found
        return found


def parse_json(text: str | bytes) -> Json:
    """JSON as RFC 8259 has it: no NaN, no Infinity, no number a double cannot hold.

    Raises:
        NotJson: it is something else.
    """

    def refuse(name: str) -> Json:
        raise NotJson(f"{name} is not JSON")

    def number(text: str) -> float:
        value = float(text)
        if math.isinf(value):
            raise NotJson(f"{text} is larger than a number may be")
        return value

    try:
        return json.loads(text, parse_constant=refuse, parse_float=number)
    except NotJson:
        raise
    except (ValueError, RecursionError) as error:
        raise NotJson(f"The body is not JSON: {error}") from None


def path_values(template: str, path: str) -> dict[str, str] | None:
    """The variables of a path that ends as the template does; None if it is another."""
    wanted, given = template.strip("/").split("/"), path.strip("/").split("/")
    if len(given) < len(wanted):
        return None
    values: dict[str, str] = {}
    for name, text in zip(wanted, given[-len(wanted) :], strict=True):
        if name.startswith("{") and name.endswith("}"):
            values[name[1:-1]] = unquote(text)
        elif name != text:
            return None
    return values


def _given(
    parameter: Parameter,
    path: Mapping[str, str],
    query: Mapping[str, list[str]],
    headers: Mapping[str, str],
) -> list[str] | None:
    if parameter.location == "path":
        return [path[parameter.name]] if parameter.name in path else None
    if parameter.location == "header":
        value = headers.get(parameter.name.lower())
        return None if value is None else [value]
    return query.get(parameter.name) if parameter.location == "query" else None


def _kind(document: Mapping[str, Json], schema: Json) -> str:
    seen: set[str] = set()
    while isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        if schema["$ref"] in seen:
            return "string"
        seen.add(schema["$ref"])
        schema, _ = follow(document, schema["$ref"][1:])
    kind = schema.get("type", "string") if isinstance(schema, Mapping) else "string"
    return kind if isinstance(kind, str) else "string"


def _convert(text: str, kind: str) -> Json:
    if kind == "integer":
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError(text)
        return int(text)
    if kind == "number":
        value = float(text)
        if not math.isfinite(value) or text != text.strip() or "_" in text:
            raise ValueError(text)
        return value
    if kind == "boolean":
        if text not in {"true", "false"}:
            raise ValueError(text)
        return text == "true"
    return text
