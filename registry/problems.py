"""Errors as HTTP: the one table of statuses, and problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from contracts.errors import ContractError
from registry.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PolicyDenied,
    RegistryError,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
STATUS: Mapping[type[Exception], HTTPStatus] = {
    Invalid: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PolicyDenied: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    RegistryError: HTTPStatus.INTERNAL_SERVER_ERROR,
    ContractError: HTTPStatus.BAD_REQUEST,
}
"""By class, or by the nearest base that is listed."""


def status_of(error: Exception) -> HTTPStatus:
    """The status of an error, by its class or the nearest listed base."""
    found = (STATUS[base] for base in type(error).__mro__ if base in STATUS)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(error: RegistryError | ContractError, request_id: str = "") -> dict[str, Any]:
    """The problem document of an error."""
    status = status_of(error)
    found = _document(status, error.code, str(error), request_id)
    if isinstance(error, Invalid):
        found["errors"] = [{"field": e.field, "message": e.message} for e in error.errors]
    if isinstance(error, PolicyDenied) and error.reasons:
        found["reasons"] = list(error.reasons)
    if isinstance(error, ContractError):
        found |= {
            name: value
            for name in ("source", "line", "pointer")
            if (value := getattr(error, name)) is not None
        }
    return found


def http_problem(status: int, detail: str, request_id: str = "") -> dict[str, Any]:
    """The problem document of what the HTTP layer itself refuses."""
    known = HTTPStatus(status)
    return _document(known, known.phrase.lower().replace(" ", "-"), detail, request_id)


def _document(status: HTTPStatus, code: str, detail: str, request_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": f"urn:interlock:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": int(status),
        "detail": detail,
        "code": code,
    }
    if request_id:
        found["request_id"] = request_id
    return found
