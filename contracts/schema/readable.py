"""Which values of a keyword a validator can read, from the drafts' metaschemas.

It serves the judges and shares nothing with the engine, which reads keywords by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from decimal import Decimal

from contracts.schema.locations import Location
from contracts.verdict import Json

_TYPES = {"array", "boolean", "integer", "null", "number", "object", "string"}


def _is_type(value: Json, at: Location) -> bool:
    names = value if isinstance(value, list) else [value]
    known = _TYPES | {"file"} if at.dialect.rules.type_file else _TYPES
    return bool(names) and all(isinstance(name, str) and name in known for name in names)


def _is_number(value: Json, _at: Location) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _is_step(value: Json, at: Location) -> bool:
    return _is_number(value, at) and value > 0


def _is_exclusive(value: Json, at: Location) -> bool:
    if at.dialect.rules.boolean_bound(value):
        return isinstance(value, bool) or (at.dialect.rules.openapi and _is_number(value, at))
    return _is_number(value, at)


def _is_count(value: Json, at: Location) -> bool:
    return _is_number(value, at) and value >= 0 and value == int(value)


def _is_text(value: Json, _at: Location) -> bool:
    return isinstance(value, str)


def _is_flag(value: Json, _at: Location) -> bool:
    return isinstance(value, bool)


def _is_list(value: Json, _at: Location) -> bool:
    return isinstance(value, list)


def _is_mapping(value: Json, _at: Location) -> bool:
    return isinstance(value, dict)


def _is_names(value: Json, at: Location) -> bool:
    if isinstance(value, bool):
        return at.dialect.rules.openapi
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_dependencies(value: Json, at: Location) -> bool:
    kinds = (bool, dict, str, list)
    return isinstance(value, dict) and all(
        isinstance(then, kinds) and (not isinstance(then, list) or _is_names(then, at))
        for then in value.values()
    )


def _is_items(value: Json, at: Location) -> bool:
    return at.dialect.rules.tuples or not isinstance(value, list)


KEYWORDS: dict[str, Callable[[Json, Location], bool]] = {
    "type": _is_type,
    "enum": _is_list,
    "format": _is_text,
    "multipleOf": _is_step,
    "minimum": _is_number,
    "maximum": _is_number,
    "exclusiveMinimum": _is_exclusive,
    "exclusiveMaximum": _is_exclusive,
    "minLength": _is_count,
    "maxLength": _is_count,
    "pattern": _is_text,
    "minItems": _is_count,
    "maxItems": _is_count,
    "uniqueItems": _is_flag,
    "items": _is_items,
    "prefixItems": _is_list,
    "minContains": _is_count,
    "maxContains": _is_count,
    "minProperties": _is_count,
    "maxProperties": _is_count,
    "required": _is_names,
    "properties": _is_mapping,
    "patternProperties": _is_mapping,
    "dependencies": _is_dependencies,
    "dependentRequired": _is_dependencies,
    "dependentSchemas": _is_dependencies,
    "allOf": _is_list,
    "anyOf": _is_list,
    "oneOf": _is_list,
}
"""Keyword → whether its value can be read where it stands."""

_READ_TOGETHER = {
    "properties": {"additionalProperties"},
    "patternProperties": {"additionalProperties"},
    "items": {"items", "additionalItems"},
    "prefixItems": {"items"},
    "minContains": {"contains", "minContains", "maxContains"},
    "maxContains": {"contains", "minContains", "maxContains"},
    "minimum": {"exclusiveMinimum"},
    "exclusiveMinimum": {"minimum"},
    "maximum": {"exclusiveMaximum"},
    "exclusiveMaximum": {"maximum"},
}


def companions(lost: Set[str]) -> set[str]:
    """The keywords whose meaning depends on ones that cannot be read."""
    found = {"unevaluatedProperties", "unevaluatedItems"}
    return found.union(*(_READ_TOGETHER.get(keyword, ()) for keyword in lost))
