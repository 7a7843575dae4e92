"""Domain values as plain JSON values, the same way at every edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

from registry.domain.identifiers import Number

HIDDEN = frozenset({"secret_sha256", "sealed_secret", "password_hash"})


Writers = Mapping[type, Callable[[Any], Any]]


def to_json(value: Any, writers: Writers = MappingProxyType({})) -> Any:
    """``value`` with dataclasses as objects, sets as sorted lists, instants as RFC 3339.

    ``writers`` says how an edge writes a dataclass that has a form of its own there.
    """
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case Number():
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {str(key): to_json(item, writers) for key, item in value.items()}
        case Set():
            return sorted(to_json(item, writers) for item in value)
        case list() | tuple():
            return [to_json(item, writers) for item in value]
    if type(value) in writers:
        return writers[type(value)](value)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: to_json(getattr(value, f.name), writers)
            for f in fields(value)
            if f.name not in HIDDEN
        }
    raise TypeError(f"{type(value).__name__} is not a value of the domain")
