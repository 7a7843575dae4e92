"""The API's own OpenAPI 3.1 document, made from the table of routes."""

from __future__ import annotations

from typing import Any, get_origin

from flask import Response as FlaskResponse
from pydantic import BaseModel

import registry.api.resources  # noqa: F401 - fills the table
from registry.api.routes import ROUTES, Route
from registry.api.schemas import Components
from registry.services.authorization import ALLOWED, Action

VERSION = "1.0.0"
"""Of the API: its document is a published contract, so a change of it takes a new number."""

PROBLEMS = {
    400: ("InvalidInput", "The input is not usable; `errors` names each field."),
    401: ("Unauthenticated", "The credential is missing, expired or revoked."),
    403: ("Forbidden", "The caller is known and may not do this."),
    404: ("NotFound", "Something that the request names does not exist."),
    409: ("Conflict", "The request contradicts what is stored; a version never changes."),
    413: ("TooLarge", "The body is larger than the registry accepts."),
    422: ("PolicyDenied", "A rule refuses the change; `reasons` lists every one."),
    503: ("Unavailable", "The registry cannot answer now; ask again."),
}
ACCEPTED_HEADERS: dict[str, Any] = {
    "CorrelationId": {
        "name": "X-Correlation-Id",
        "in": "header",
        "description": "Ties the request to the caller's own trace; comes back with the answer.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
    },
    "TraceParent": {
        "name": "traceparent",
        "in": "header",
        "description": "Trace context (W3C Trace Context §3.2).",
        "schema": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
    },
}
RETURNED_HEADERS: dict[str, Any] = {
    "X-Correlation-Id": {
        "description": "The caller's correlation id, or one that the registry gave.",
        "schema": {"type": "string"},
    }
}
NULLABLE_PLACE = {"anyOf": [{"type": "object"}, {"type": "null"}]}
PROBLEM: dict[str, Any] = {
    "description": "What went wrong and how to mend it (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "stable"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "reasons": {"type": "array", "items": {"type": "string"}},
        "pointer": {"type": "string"},
        "line": {"type": "integer"},
        "request_id": {"type": "string"},
    },
}


def openapi_document() -> dict[str, Any]:
    """The document as served at ``/api/v1/openapi.json``."""
    components = Components()
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Interlock registry",
            "version": VERSION,
            "summary": "Who would break, and may it ship?",
            "description": "Contracts, their versions and consumers, and the gate before every "
            "environment. Errors are problem documents (RFC 9457) with a stable `code`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(r.tag for r in ROUTES)],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**components.schemas, **_by_hand(), "ProblemDetails": PROBLEM},
            "parameters": ACCEPTED_HEADERS,
            "responses": {name: _problem(text) for name, text in PROBLEMS.values()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API token, made with `interlock token create`.",
                }
            },
        },
    }


def _operation(route: Route, components: Components) -> dict[str, Any]:
    hints = route.hints
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "tags": [route.tag],
        "x-interlock-action": route.action.value,
        "x-interlock-roles": sorted(role.value for role in ALLOWED[route.action].roles),
    }
    if route.description:
        operation["description"] = route.description
    if route.action is not Action.READ:
        operation["security"] = [{"token": []}]
    operation["parameters"] = [
        *_path_parameters(route),
        *_query_parameters(hints.get("query")),
        *({"$ref": f"#/components/parameters/{name}"} for name in ACCEPTED_HEADERS),
    ]
    if "body" in hints:
        schema = _model(hints["body"], components)
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    operation["responses"] = _responses(route, components)
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name in route.parameters
    ]


def _query_parameters(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    whole = model.model_json_schema()
    required = set(whole.get("required", ()))
    parameters: list[dict[str, Any]] = []
    for name, field in whole["properties"].items():
        schema = _plain(field, whole.get("$defs", {}))
        parameter = {"name": name, "in": "query", "required": name in required, "schema": schema}
        if text := field.get("description"):
            parameter["description"] = text
        parameters.append(parameter)
    return parameters


def _plain(field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in field:  # an absent query parameter is absent, never the text "null"
        return _plain(next(o for o in field["anyOf"] if o != {"type": "null"}), definitions)
    if "$ref" in field:
        named = definitions[field["$ref"].rpartition("/")[2]]
        return {"type": named["type"], "enum": named["enum"]}
    return {k: v for k, v in field.items() if k not in {"title", "default", "description"}}


def _model(model: type[BaseModel], components: Components) -> dict[str, Any]:
    template = "#/components/schemas/{model}"
    schema = model.model_json_schema(ref_template=template)
    for name, nested in schema.pop("$defs", {}).items():
        components.schemas.setdefault(name, nested)
    components.schemas[model.__name__] = schema
    return {"$ref": template.format(model=model.__name__)}


def _responses(route: Route, components: Components) -> dict[str, Any]:
    answer = route.hints["return"]
    raw = get_origin(answer) is None and answer is FlaskResponse
    schema = {"type": "string"} if raw else components.of(answer)
    good: dict[str, Any] = {
        "description": route.summary,
        "headers": RETURNED_HEADERS,
        "content": {
            media: {"schema": {} if raw and media.endswith("json") else schema}
            for media in route.media_type.split()
        },
    }
    if raw:
        etag = {"description": "SHA-256 of the document.", "schema": {"type": "string"}}
        good["headers"] = {**RETURNED_HEADERS, "ETag": etag}
    codes = {400, 401, 503, *route.problems}
    if route.action is not Action.READ:
        codes.add(403)
    if "body" in route.hints:
        codes.add(413)
    problems = {
        str(code): {"$ref": f"#/components/responses/{PROBLEMS[code][0]}"} for code in sorted(codes)
    }
    return {str(route.status): good, **problems}


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    content = {"application/problem+json": {"schema": schema}}
    return {"description": text, "headers": RETURNED_HEADERS, "content": content}


def _by_hand() -> dict[str, Any]:
    """Report and Finding: their full schema is ``docs/reference/report.schema.json``."""
    strings = {"type": "array", "items": {"type": "string"}}
    finding = {
        "description": "One cause, reported once.",
        "type": "object",
        "required": ["rule", "level", "message", "direction", "old", "new", "witness"],
        "properties": {
            "rule": {"type": "string"},
            "level": {"enum": ["error", "warning", "info", "unknown"]},
            "message": {"type": "string"},
            "direction": {"enum": ["request", "response", "event", "data", "contract"]},
            "old": NULLABLE_PLACE,
            "new": NULLABLE_PLACE,
            "witness": {
                "description": "A payload that one side writes and the other refuses. Long texts "
                "and lists are shown in short; `elided` says how to make the whole.",
                **NULLABLE_PLACE,
            },
            "consumers": strings,
            "where": strings,
            "assumptions": strings,
            "fingerprint": {"type": "string"},
        },
    }
    report = {
        "description": "The answer of one comparison.",
        "type": "object",
        "required": ["verdict", "mode", "format", "recommended_bump", "findings", "summary"],
        "properties": {
            "verdict": {"enum": ["compatible", "unknown", "breaking"]},
            "mode": {"type": "string"},
            "format": {"type": "string"},
            "recommended_bump": {"enum": ["none", "patch", "minor", "major"]},
            "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
            "summary": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    }
    return {"Finding": finding, "Report": report}
