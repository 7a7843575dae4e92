"""The API as a Flask blueprint, made from the table of routes."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import Any

import orjson
from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError

import registry.api.resources  # noqa: F401 - fills the table
from contracts.reports import exact
from contracts.reports.json import as_json, finding_as_json
from contracts.verdict import Finding, Report
from registry.api.document import openapi_document
from registry.api.routes import PREFIX, ROUTES, Route
from registry.domain.encode import Writers, to_json
from registry.errors import FieldError, Invalid
from registry.security.requests import caller
from registry.services.authorization import authorize


def api_blueprint() -> Blueprint:
    """Every operation of the table below ``/api/v1``, and the document that describes them."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        rule = re.sub(r"\{(\w+)\}", r"<\1>", route.path)
        blueprint.add_url_rule(
            rule, route.operation_id, partial(_answer, route), methods=[route.method]
        )
    blueprint.add_url_rule("/openapi.json", "openapi", _document)
    return blueprint


def _answer(route: Route, **parameters: str) -> Response:
    # The role first, before anything is read; the use case asks again, with the team.
    authorize(caller(), route.action)
    hints = route.hints
    given: dict[str, Any] = dict(parameters)
    if "query" in hints:
        given["query"] = _read(hints["query"], request.args.to_dict(), "")
    if "body" in hints:
        given["body"] = _read(hints["body"], _json(), "/")
    answer = route.handler(**given)
    if isinstance(answer, Response):
        return answer
    return Response(encode(answer), route.status, mimetype="application/json")


def encode(value: Any) -> bytes:
    """A domain value as the bytes of its JSON."""
    return orjson.dumps(to_json(value, WRITERS))


def _exactly(value: Any) -> orjson.Fragment:
    # A witness may carry numbers that a float cannot: they go out digit for digit.
    return orjson.Fragment(exact.text(value))


WRITERS: Writers = {
    Report: lambda report: _exactly(as_json(report)),
    Finding: lambda finding: _exactly(finding_as_json(finding)),
}
"""Reports and findings look as they do in ``interlock diff --format json``."""


def _json() -> Any:
    if not request.is_json:
        raise Invalid("Content-Type", "the body is JSON; send it as application/json")
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise Invalid("", f"the body is not JSON: {error}") from None


def _read(model: type[BaseModel], values: Any, root: str) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = [
            FieldError(root + "/".join(map(str, item["loc"])), _mend(model, item))
            for item in error.errors(include_url=False)
        ]
        raise Invalid(wrong[0].field, wrong[0].message, *wrong[1:]) from None


def _mend(model: type[BaseModel], item: Any) -> str:
    if item["type"] == "extra_forbidden" and len(item["loc"]) == 1:
        return f"is not known here; known are {', '.join(model.model_fields)}"
    message: str = item["msg"]
    return message[:1].lower() + message[1:]


@lru_cache(maxsize=1)
def _document_bytes() -> bytes:
    return orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2)


def _document() -> Response:
    response = Response(_document_bytes(), mimetype="application/json")
    response.add_etag()
    response.make_conditional(request)
    return response
