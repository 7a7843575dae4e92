"""Protocol Buffers source that was read and put into a bundle: is this value one?

The form is what :func:`contracts.documents.proto_syntax.parse_proto` returns.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from contracts.verdict import Json

_TEXT = {"type": "string"}
_NAMES = {"type": "array", "items": _TEXT}
_RANGES = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
}
_FEATURES = {"type": "object", "additionalProperties": _TEXT}
_FLAG = {"type": "boolean"}
_FIELD = {
    "type": "object",
    "required": ["type", "name"],
    "properties": {
        **dict.fromkeys(("type", "name", "label", "oneof", "json_name", "default"), _TEXT),
        **dict.fromkeys(("deprecated", "group", "packed"), _FLAG),
        "features": _FEATURES,
    },
}
_FIELDS = {
    "type": "object",
    "propertyNames": {"pattern": "^[1-9][0-9]{0,8}$"},
    "additionalProperties": _FIELD,
}
_DEFINED = {
    "reserved": _RANGES,
    "reserved_names": _NAMES,
    "extensions": _RANGES,
    "features": _FEATURES,
    "root": _FLAG,
}
_METHOD = {
    "type": "object",
    "required": ["request", "response"],
    "properties": dict.fromkeys(("request", "response"), _TEXT),
}


def _map_of(value: Json) -> Json:
    return {"type": "object", "additionalProperties": value}


def _object(**members: Json) -> Json:
    return {"type": "object", "required": list(members), "properties": members}


def _described(**members: Json) -> Json:
    made = _object(**members, reserved=_RANGES, reserved_names=_NAMES)
    return {**made, "properties": {**_DEFINED, **made["properties"]}}


FORM: Json = _object(
    syntax=_TEXT,
    package=_TEXT,
    imports=_NAMES,
    messages=_map_of(_described(fields=_FIELDS)),
    enums=_map_of(_described(values=_map_of({"type": "integer"}))),
    services=_map_of(_object(rpcs=_map_of(_METHOD))),
)
FORM["properties"]["features"] = _FEATURES
FORM["properties"]["extensions"] = _map_of(_object(extends=_TEXT, scope=_TEXT, fields=_FIELDS))


def is_parsed(value: Json) -> bool:
    """Whether a value has the form of a ``.proto`` file that was read."""
    return isinstance(value, dict) and "messages" in value and bool(_validator().is_valid(value))


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(FORM)
