"""JSON Schema of domain values, as :func:`registry.domain.encode.to_json` writes them."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from contracts.verdict import Finding, Report
from registry.domain.encode import HIDDEN
from registry.domain.identifiers import Number

LEAVES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    timedelta: {"type": "integer", "description": "seconds"},
    Number: {"type": "string", "description": "semantic version"},
    bytes: {"type": "string"},
    Any: {},
    object: {},
    dict: {"type": "object"},
}
LINKED: dict[Any, str] = {Report: "Report", Finding: "Finding"}
"""Types whose schema is written by hand (``docs/reference/report.schema.json``)."""


class Components:
    """Schemas by name, each written once and referred to from everywhere."""

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type.

        Raises:
            TypeError: a type that has no JSON form.
        """
        if kind in LEAVES:
            return dict(LEAVES[kind])
        if kind in LINKED:
            return {"$ref": f"#/components/schemas/{LINKED[kind]}"}
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in {Union, types.UnionType}:
            return {"anyOf": [self.of(argument) for argument in arguments]}
        if origin is tuple:
            return self._tuple(arguments)
        if inspect.isclass(origin) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if inspect.isclass(origin) and issubclass(origin, Set | Sequence):
            return {"type": "array", "items": self.of(arguments[0])}
        if inspect.isclass(kind) and issubclass(kind, Enum):
            return self._named(kind, lambda: {"type": "string", "enum": [m.value for m in kind]})
        if inspect.isclass(kind) and is_dataclass(kind):
            return self._named(kind, lambda: self._object(kind))
        raise TypeError(f"{kind} has no JSON form")

    def _tuple(self, arguments: tuple[Any, ...]) -> dict[str, Any]:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": self.of(arguments[0])}
        items = [self.of(argument) for argument in arguments]
        size = len(items)
        return {"type": "array", "prefixItems": items, "minItems": size, "maxItems": size}

    def _named(self, kind: type, make: Any) -> dict[str, Any]:
        name = kind.__name__
        if name not in self.schemas:
            self.schemas[name] = {}
            text = (inspect.getdoc(kind) or "").partition("\n")[0]
            self.schemas[name] = {**({"description": text} if text else {}), **make()}
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, kind: type) -> dict[str, Any]:
        hints = get_type_hints(kind)
        names = [f.name for f in fields(kind) if f.name not in HIDDEN]
        properties = {name: self.of(hints[name]) for name in names}
        return {
            "type": "object",
            "properties": properties,
            "required": names,
            "additionalProperties": False,
        }
