"""Small OpenAPI documents around the piece that a case is about."""

from __future__ import annotations

import copy
from typing import Any

Json = Any


def document(paths: Json, **more: Json) -> Json:
    """A whole document."""
    skeleton = {"openapi": "3.1.0", "info": {"title": "Cases", "version": "1"}}
    return copy.deepcopy({**skeleton, "paths": paths, **more})


def operation(value: Json) -> Json:
    """A document with one operation, `GET /things`, unless the case brings another."""
    return document({"/things": {"get": {"responses": {"204": {"description": "-"}}, **value}}})


def request(schema: Json) -> Json:
    """A document in which the schema is that of a request body."""
    content = {"application/json": {"schema": schema}}
    body = {"requestBody": {"required": True, "content": content}}
    return document({"/things": {"post": {**body, "responses": {"204": {"description": "-"}}}}})


def response(schema: Json) -> Json:
    """A document in which the schema is that of a response body."""
    content = {"application/json": {"schema": schema}}
    return operation({"responses": {"200": {"description": "-", "content": content}}})


def parameter(value: Json) -> Json:
    """A document with one parameter."""
    return operation({"parameters": [value] if value else []})


def header(value: Json) -> Json:
    """A document with one response header `X-Thing`."""
    headers = {"headers": {"X-Thing": value}} if value else {}
    return operation({"responses": {"200": {"description": "-", **headers}}})


def whole(value: Json) -> Json:
    """A document whose parts the case gives; one operation if it gives no paths."""
    paths = {"/things": {"get": {"responses": {"204": {"description": "-"}}}}}
    return document(value.get("paths", paths), **{k: v for k, v in value.items() if k != "paths"})


SHAPES = {
    "operation": operation,
    "request": request,
    "response": response,
    "parameter": parameter,
    "header": header,
    "document": whole,
}
