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
    kind: type[Any] = type(value)
    if kind in _PLAIN:
        return value
    if kind not in writers and (names := _shown(kind)) is not None:
        return {name: to_json(getattr(value, name), writers) for name in names}
    if kind in writers:
        return writers[kind](value)
    match value:
        case Enum():
            return value.value
        case bool() | int() | float() | str():
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
    raise TypeError(f"{kind.__name__} is not a value of the domain")


_PLAIN = frozenset({str, int, bool, float, type(None)})


_SHOWN: dict[type[Any], tuple[str, ...] | None] = {}


def _shown(kind: type[Any]) -> tuple[str, ...] | None:
    """The fields of a dataclass that are written; None for what is none, or has its own form."""
    if kind not in _SHOWN:
        own = is_dataclass(kind) and not issubclass(kind, Number)
        shown = (f.name for f in fields(kind) if f.name not in HIDDEN) if own else ()
        _SHOWN[kind] = tuple(shown) if own else None
    return _SHOWN[kind]
