"""What the everyday keywords say of one value: the complaints of ``jsonschema``, in its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from contracts.schema.values import key
from contracts.verdict import Json

KINDS = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    type(None): "null",
    int: "integer",
    float: "number",
}
_NAMES = frozenset(KINDS.values())

Words = tuple[Any, ...]
"""What a complaint says: a format, and what goes into it. Few complaints are ever read, and the
values that they are about are long.
"""


class NotEveryday(Exception):
    """The schema, or the value, says something that only ``jsonschema`` reads."""


class Laborious(Exception):
    """The answer takes more steps than anybody should ask of a validator."""


def members(value: Json) -> list[tuple[str, Json]]:
    """The members of what must be an object."""
    if type(value) is not dict:
        raise NotEveryday("not an object")
    return list(value.items())


def entries(value: Json) -> list[Json]:
    """The items of what must be a list."""
    if type(value) is not list:
        raise NotEveryday("not a list")
    return value


_STRANGE = (r"\p", r"\P", "(?<")


def matches(pattern: Json, text: str) -> bool:
    """Whether Python's ``re`` finds the pattern; raises re.error."""
    if not isinstance(pattern, str) or any(sign in pattern for sign in _STRANGE):
        raise NotEveryday("a pattern that re does not know")
    return re.search(pattern, text) is not None


def has_type(value: Json, types: Json) -> bool:
    """Whether the value is of one of the types; 1.0 is an integer (since draft 6)."""
    for name in types if type(types) is list else [types]:
        if type(name) is not str or name not in _NAMES:
            raise NotEveryday("type")
        kind = KINDS.get(type(value))
        if kind == name or (name == "number" and kind == "integer"):
            return True
        if name == "integer" and type(value) is float and value.is_integer():
            return True
    return False


def same(one: Json, other: Json) -> bool:
    """Equality of JSON values: 1 = 1.0, 1 ≠ true."""
    if type(one) not in KINDS or type(other) not in KINDS:
        raise NotEveryday("not JSON")
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(same, one, other))
    return (type(one) is bool) == (type(other) is bool) and bool(one == other)


def _limit(limit: Json) -> Json:
    if type(limit) not in {int, float}:
        raise NotEveryday("a bound that is no number")
    return limit


def _is_number(value: Json) -> bool:
    return type(value) in {int, float}


def _type(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if not has_type(value, limit):
        names = ", ".join(map(repr, limit if type(limit) is list else [limit]))
        yield "{!r} is not of type {}", value, names


def _enum(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if not any(same(value, one) for one in entries(limit)):
        yield "{!r} is not one of {!r}", value, limit


def _const(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if not same(value, limit):
        yield "{!r} was expected", limit


def _required(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if type(value) is dict:
        for name in entries(limit):
            if name not in value:
                yield "{!r} is a required property", name


def _dependent_required(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if type(value) is dict:
        for name, needed in members(limit):
            for other in entries(needed) if name in value else ():
                if other not in value:
                    yield "{!r} is a dependency of {!r}", other, name


def _minimum(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if _is_number(value) and value < _limit(limit):
        yield "{!r} is less than the minimum of {!r}", value, limit


def _maximum(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if _is_number(value) and value > _limit(limit):
        yield "{!r} is greater than the maximum of {!r}", value, limit


def _exclusive_minimum(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if _is_number(value) and value <= _limit(limit):
        yield "{!r} is less than or equal to the minimum of {!r}", value, limit


def _exclusive_maximum(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if _is_number(value) and value >= _limit(limit):
        yield "{!r} is greater than or equal to the maximum of {!r}", value, limit


def _multiple_of(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if not _is_number(value):
        return
    if _limit(limit) <= 0:
        raise NotEveryday("multipleOf")
    if type(limit) is int:
        failed = value % limit != 0
    else:
        try:
            failed = int(value / limit) != value / limit  # in doubles, as jsonschema computes
        except OverflowError:
            raise NotEveryday("multipleOf of huge numbers") from None
    if failed:
        yield "{!r} is not a multiple of {}", value, limit


def _length(
    kind: type[str | list[Json] | dict[str, Json]], most: bool, too: str, exactly: str
) -> _Asserted:
    """A bound of how long strings, lists or objects are; ``exactly`` for the tightest bound."""

    def asserted(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
        bound = _limit(limit)
        if type(value) is kind and (len(value) > bound if most else len(value) < bound):
            tightest = bound == (0 if most else 1)
            yield "{!r} {}", value, exactly if tightest else too

    return asserted


def _pattern(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if type(value) is str and not matches(limit, value):
        yield "{!r} does not match {!r}", value, limit


def _unique_items(limit: Json, value: Json, _schema: Json) -> Iterator[Words]:
    if type(value) is not list or limit is False:
        return
    if limit is not True or any(type(item) is list for item in value):
        raise NotEveryday("uniqueItems")  # jsonschema sorts lists: 1 and true next to each other
    if len(value) > 50:
        if any(type(item) is not dict for item in value):
            raise NotEveryday("uniqueItems")
        if len(set(map(key, value))) < len(value):
            yield "{!r} has non-unique elements", value
        return
    for index, item in enumerate(value):
        if any(same(item, other) for other in value[:index]):
            yield "{!r} has non-unique elements", value
            return


_Asserted = Callable[[Any, Json, Json], Iterator[Words]]
_EMPTY, _FULL = "is expected to be empty", "should be non-empty"

ASSERTED: dict[str, _Asserted] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "dependentRequired": _dependent_required,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": _multiple_of,
    "minLength": _length(str, False, "is too short", _FULL),
    "maxLength": _length(str, True, "is too long", _EMPTY),
    "pattern": _pattern,
    "minItems": _length(list, False, "is too short", _FULL),
    "maxItems": _length(list, True, "is too long", _EMPTY),
    "uniqueItems": _unique_items,
    "minProperties": _length(dict, False, "does not have enough properties", _FULL),
    "maxProperties": _length(dict, True, "has too many properties", _EMPTY),
}
"""Keyword → the complaints about a value, for its limit and the schema around it."""
